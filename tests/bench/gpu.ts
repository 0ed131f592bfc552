import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RawImage } from '@huggingface/transformers';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { openRemoteTransNet } from '#core/engines/detectors/remote-transnet.ts';
import { FRAME_BYTES, WINDOW_FRAMES } from '#core/engines/detectors/transnet-network.ts';
import { windowsPerRun } from '#core/engines/detectors/transnet-v2.ts';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import type { Picture } from '#core/engines/engine.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { Device } from '#shared/domain/device.ts';
import { defaultPrompt, modelsDir, nanoFolder, workerFile } from '../core/engines/support/nano.ts';

/**
 * `npm run bench:gpu [-- --devices cpu,webgpu --captioner FOLDER --shots 64 --frames 4]`: the studio's engine worker on each device of this
 * machine, side by side: shots captioned a second, and frames a second that TransNet V2 scores. Frames are in memory already, so this
 * is the speed of the networks alone.
 */
const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: 'cpu,webgpu' },
    captioner: { type: 'string', default: nanoFolder },
    transnet: { type: 'string', default: path.join(modelsDir, 'transnet-v2', 'transnet-v2.onnx') },
    shots: { type: 'string', default: '64' },
    frames: { type: 'string', default: '4' },
    windows: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
  },
});
const WARM_UP = 2;
const threads = Number(values.threads);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const logger = { debug: () => undefined, info: () => undefined, warn: (_details: object, message: string) => print(message), error: (details: object, message: string) => print(`${message} ${JSON.stringify(details)}`) };

async function samplePictures(): Promise<Picture[]> {
  const folder = path.resolve(import.meta.dirname, '../../resources/sample/pictures');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.jpg')).sort();
  return Promise.all(
    files.map(async (file, frame) => {
      const image = await (await RawImage.read(path.join(folder, file))).resize(448, 252);
      return { frame, width: image.width, height: image.height, data: new Uint8Array(image.rgb().data) };
    }),
  );
}

interface Captioned {
  readonly texts: readonly string[];
  readonly shotsPerSecond: number;
}

async function captionShots(client: EngineClient, device: Device, pictures: readonly Picture[]): Promise<Captioned> {
  const captioner = await openRemoteCaptioner(client, { modelId: 'captioner', folder: path.resolve(values.captioner), sha256: 'b'.repeat(64), threads, device });
  const generation = { maxNewTokens: 64, temperature: 0, topP: 1, seed: 0 };
  const requestOf = (shot: number) => ({
    pictures: Array.from({ length: Number(values.frames) }, (_, index) => pictures[(shot + index) % pictures.length]).filter((picture) => picture !== undefined),
    prompt: defaultPrompt(),
    generation,
  });
  const context = { signal: new AbortController().signal, onText: () => undefined };
  for (let shot = 0; shot < WARM_UP; shot++) await captioner.caption(requestOf(shot), context);
  const startMs = performance.now();
  const texts: string[] = [];
  let ranOn = '';
  for (let shot = 0; shot < Number(values.shots); shot++) {
    const result = await captioner.caption(requestOf(shot), context);
    texts.push(result.text);
    ranOn = [result.device, ...result.notes].join(': ');
  }
  const shotsPerSecond = texts.length / ((performance.now() - startMs) / 1000);
  print(`captioner   asked ${device.padEnd(7)} ran on ${ranOn.padEnd(7)} ${shotsPerSecond.toFixed(2).padStart(8)} shots/s, one at a time`);
  return { texts, shotsPerSecond };
}

async function scoreWindows(client: EngineClient, device: Device): Promise<{ scores: Float32Array[]; framesPerSecond: number }> {
  const network = await openRemoteTransNet(client, { modelId: 'transnet-v2', modelPath: path.resolve(values.transnet), threads, device });
  const bytes = WINDOW_FRAMES * FRAME_BYTES;
  const windowOf = (seed: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, index) => (Math.floor(index / 3888 / 20) * 80 + index * 7 + seed * 13) % 256);
  const perRun = windowsPerRun(network.device);
  const runOf = (run: number, count: number): Uint8Array => Buffer.concat(Array.from({ length: count }, (_, index) => windowOf(run * perRun + index)));
  for (let run = 0; run < WARM_UP; run++) await network.scoreWindows(runOf(run, perRun));
  const windowCount = Number(values.windows);
  const runs = Array.from({ length: Math.ceil(windowCount / perRun) }, (_, run) => runOf(run, Math.min(perRun, windowCount - run * perRun)));
  const startMs = performance.now();
  const scores: Float32Array[] = [];
  for (const run of runs) scores.push((await network.scoreWindows(run)).cut);
  // Each window decides half of its frames.
  const framesPerSecond = (windowCount * (WINDOW_FRAMES / 2)) / ((performance.now() - startMs) / 1000);
  print(`transnet-v2 asked ${device.padEnd(7)} ran on ${[network.device, ...network.notes].join(': ').padEnd(7)} ${framesPerSecond.toFixed(0).padStart(8)} frames/s, ${perRun} window(s) a run`);
  return { scores, framesPerSecond };
}

function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const [left, right] = [a.flatMap((row) => [...row]), b.flatMap((row) => [...row])];
  return Math.max(...left.map((value, frame) => Math.abs(value - (right[frame] ?? Number.NaN))));
}

const pictures = await samplePictures();
const client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), { logger });
try {
  for (const { name, works, problem } of await client.providers()) print(`provider ${name.padEnd(7)} ${works ? 'works' : `does not work: ${problem}`}`);
  let reference: { captions: Captioned; windows: Awaited<ReturnType<typeof scoreWindows>> } | null = null;
  for (const name of values.devices.split(',')) {
    const device = Device.parse(name);
    const windows = await scoreWindows(client, device);
    const captions = await captionShots(client, device, pictures);
    if (reference !== null) {
      const same = captions.texts.filter((text, index) => text === reference?.captions.texts[index]).length;
      print(`${device} beside ${values.devices.split(',')[0]}: transnet-v2 ${(windows.framesPerSecond / reference.windows.framesPerSecond).toFixed(2)}×, largest difference of a score ${largestDifference(windows.scores, reference.windows.scores).toExponential(1)}; captioner ${(captions.shotsPerSecond / reference.captions.shotsPerSecond).toFixed(2)}×, ${same} of ${captions.texts.length} texts the same`);
    }
    reference ??= { captions, windows };
  }
} finally {
  await client.close();
}
