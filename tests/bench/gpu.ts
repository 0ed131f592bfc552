import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RawImage } from '@huggingface/transformers';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { openRemoteTransNet } from '#core/engines/detectors/remote-transnet.ts';
import { FRAME_BYTES } from '#core/engines/worker-contract.ts';
import type { TransNetNetwork } from '#core/engines/detectors/transnet-v2.ts';
import type { Picture } from '#core/media/pictures.ts';
import { CONTEXT_FRAMES, STEP_FRAMES } from '#core/engines/detectors/transnet-windows.ts';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { Device } from '#shared/domain/device.ts';
import { defaultPrompt, modelsDir, nanoFolder, workerFile } from '../core/engines/support/nano.ts';

/**
 * `npm run bench:gpu [-- --devices cpu,webgpu --captioner FOLDER --batches 1,8,32 --shots 64 --frames 4]`: the studio's engine worker on each
 * device of this machine, side by side: shots captioned a second by batch size, and frames a second that TransNet V2 scores. Frames are
 * in memory already, so this is the speed of the networks alone.
 */
const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: 'cpu,webgpu' },
    captioner: { type: 'string', default: nanoFolder },
    transnet: { type: 'string', default: path.join(modelsDir, 'transnet-v2', 'transnet-v2.onnx') },
    batches: { type: 'string', default: '1,8,32' },
    shots: { type: 'string', default: '64' },
    frames: { type: 'string', default: '4' },
    windows: { type: 'string', default: '24' },
    threads: { type: 'string', default: '2' },
  },
});
const threads = Number(values.threads);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_details: object, message: string) => print(message),
  error: (details: object, message: string) => print(`${message} ${JSON.stringify(details)}`),
};

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

async function captionShots(
  client: EngineClient,
  { device, batchSize }: { device: Device; batchSize: number },
  pictures: readonly Picture[],
): Promise<Captioned> {
  const captioner = await openRemoteCaptioner(client, {
    modelId: 'captioner',
    folder: path.resolve(values.captioner),
    sha256: 'b'.repeat(64),
    threads,
    device,
    batchSize,
  });
  const generation = { maxNewTokens: 64, temperature: 0, topP: 1, seed: 0 };
  const context = { signal: new AbortController().signal, onText: () => undefined };
  const captionShot = (shot: number) => {
    const shown = Array.from({ length: Number(values.frames) }, (_, index) => pictures[(shot + index) % pictures.length]).filter(
      (picture) => picture !== undefined,
    );
    return captioner.caption({ pictures: shown, prompt: defaultPrompt(), generation }, context);
  };
  const count = Number(values.shots);
  // The first run of each shape builds its programs on a GPU.
  await Promise.all(Array.from({ length: Math.min(batchSize, count) }, (_, shot) => captionShot(shot)));
  const startMs = performance.now();
  const results = await Promise.all(Array.from({ length: count }, (_, shot) => captionShot(shot)));
  const shotsPerSecond = count / ((performance.now() - startMs) / 1000);
  const ranOn = [...new Set(results.flatMap((result) => [result.device, ...result.notes]))].join(': ');
  print(
    `captioner   asked ${device.padEnd(7)} ran on ${ranOn.padEnd(7)} ${shotsPerSecond.toFixed(2).padStart(8)} shots/s, batches of ${batchSize}`,
  );
  return { texts: results.map(({ text }) => text), shotsPerSecond };
}

interface Scored {
  readonly framesPerSecond: number;
  /** Largest difference of a cut score from the CPU's, over one window. */
  readonly largestDifference: number;
}

async function scoreVideo(client: EngineClient, device: Device): Promise<Scored> {
  const network = await openRemoteTransNet(client, { modelId: 'transnet-v2', modelPath: path.resolve(values.transnet), threads, device });
  const { signal } = new AbortController();
  await network.scoreWindow(madeUpWindow(0), { signal });
  const windows = Array.from({ length: Number(values.windows) }, (_, index) => madeUpWindow(index));
  const startMs = performance.now();
  for (const window of windows) await network.scoreWindow(window, { signal });
  const framesPerSecond = (windows.length * STEP_FRAMES) / ((performance.now() - startMs) / 1000);
  const ranOn = [network.device, ...network.notes].join(': ');
  print(`transnet-v2 asked ${device.padEnd(7)} ran on ${ranOn.padEnd(7)} ${framesPerSecond.toFixed(0).padStart(8)} frames/s`);
  return { framesPerSecond, largestDifference: await compareWithCpu(client, network, signal) };
}

/** Pictures that drift, and change every 20 frames. */
function madeUpWindow(seed: number): Uint8Array {
  const length = (CONTEXT_FRAMES + STEP_FRAMES + CONTEXT_FRAMES) * FRAME_BYTES;
  return Uint8Array.from({ length }, (_, index) => (Math.floor(index / FRAME_BYTES / 20) * 80 + index * 7 + seed * 13) % 256);
}

async function compareWithCpu(client: EngineClient, network: TransNetNetwork, signal: AbortSignal): Promise<number> {
  const cpu = await openRemoteTransNet(client, {
    modelId: 'transnet-v2',
    modelPath: path.resolve(values.transnet),
    threads,
    device: 'cpu',
  });
  const mine = (await network.scoreWindow(madeUpWindow(0), { signal })).cut;
  const theirs = (await cpu.scoreWindow(madeUpWindow(0), { signal })).cut;
  return Math.max(...mine.map((score, frame) => Math.abs(score - (theirs[frame] ?? Number.NaN))));
}

function ratio(name: string, mine: number, first: number): string {
  return `${name} ${(mine / first).toFixed(2)}×`;
}

const pictures = await samplePictures();
const client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), { logger });
const devices = values.devices.split(',').map((name) => Device.parse(name));
const batches = values.batches.split(',').map(Number);
try {
  for (const { name, works, problem } of await client.providers())
    print(`provider ${name.padEnd(8)} ${works ? 'works' : `does not work: ${problem}`}`);
  const scored: Scored[] = [];
  for (const device of devices) scored.push(await scoreVideo(client, device));
  const captioned: Captioned[] = [];
  for (const device of devices)
    for (const batchSize of batches) captioned.push(await captionShots(client, { device, batchSize }, pictures));
  const [firstScored] = scored;
  const [firstCaptioned] = captioned;
  print(`beside ${devices[0]}, and for the captioner batches of ${batches[0]}:`);
  scored.forEach(({ framesPerSecond, largestDifference }, index) =>
    print(
      `  ${ratio(`transnet-v2 on ${devices[index]}:`, framesPerSecond, firstScored?.framesPerSecond ?? Number.NaN)}, largest difference of a score from the CPU's ${largestDifference.toExponential(1)}`,
    ),
  );
  captioned.forEach(({ texts, shotsPerSecond }, index) => {
    const name = `captioner on ${devices[Math.floor(index / batches.length)]}, batches of ${batches[index % batches.length]}:`;
    const same = texts.filter((text, shot) => text === firstCaptioned?.texts[shot]).length;
    print(`  ${ratio(name, shotsPerSecond, firstCaptioned?.shotsPerSecond ?? Number.NaN)}, ${same} of ${texts.length} texts the same`);
  });
} finally {
  await client.close();
}
