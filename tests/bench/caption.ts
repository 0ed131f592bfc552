import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { CaptionRequest } from '#core/engines/captioner.ts';
import { captionAll, sampleRequests, type StudioRun } from './support/caption-studio.ts';
import { megabytes } from './support/memory.ts';
import { cacheDir } from './support/paths.ts';
import { peerPython } from './support/python.ts';
import { machine, median, table } from './support/rounds.ts';

/**
 * `npm run bench:caption [-- --rounds 3 --frames 4 --threads 2]`: captions of the sample video's shots by the embedded model, in the studio and in PyTorch,
 * with the same frames and prompts: seconds per caption, the wait for the first word, and memory.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    frames: { type: 'string', default: '4' },
    threads: { type: 'string', default: String(navigator.hardwareConcurrency) },
  },
});
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);
const log = (line: string): boolean => process.stderr.write(`${line}\n`);
const startedOn = machine();
const rounds = Number(values.rounds);
const framesPerShot = Number(values.frames);

const TorchCaption = z.object({ seconds: z.number(), firstTokenSeconds: z.number(), tokens: z.number(), text: z.string() });
const TorchAnswer = z.object({ version: z.string(), peakBytes: z.number(), captions: z.array(TorchCaption) });
type TorchRun = z.infer<typeof TorchAnswer>;

const python = await peerPython(log);
const requests = await sampleRequests(framesPerShot);
const runs: { readonly studio: StudioRun; readonly torch: TorchRun }[] = [];
for (let round = 1; round <= rounds; round++) {
  const studio = await captionAll(requests, Number(values.threads));
  const torch = await python.run('caption_torch.py', [await writeRequest(requests, studio)], TorchAnswer);
  runs.push({ studio, torch });
  log(
    `round ${round} of ${rounds}: studio ${total(studio).toFixed(2)} s, PyTorch ${total(torch).toFixed(2)} s for ${requests.length} captions`,
  );
}
report();

/** The peer gets the prompts as the studio's model saw them, and the same pixels. */
async function writeRequest(asked: readonly CaptionRequest[], { captions }: StudioRun): Promise<string> {
  const dir = path.join(cacheDir, 'caption');
  await mkdir(dir, { recursive: true });
  const framesFile = path.join(dir, 'frames.rgb');
  await writeFile(framesFile, Buffer.concat(asked.flatMap(({ pictures }) => pictures.map(({ data }) => data))));
  const prompts = captions.map(({ result }) =>
    result.renderedPrompt.replace(/<image>×(\d+)/u, (_, count: string) => '<image>'.repeat(Number(count))),
  );
  const file = path.join(dir, 'request.json');
  await writeFile(file, JSON.stringify({ framesFile, framesPerShot, prompts, maxNewTokens: asked[0]?.generation.maxNewTokens }));
  return file;
}

function total({ captions }: { readonly captions: readonly { readonly seconds: number }[] }): number {
  return captions.reduce((sum, { seconds }) => sum + seconds, 0);
}

function report(): void {
  const [first] = runs;
  if (first === undefined) return;
  const tokens = (counts: readonly number[]): string => (counts.reduce((sum, count) => sum + count, 0) / counts.length).toFixed(1);
  const same = first.studio.captions.filter(({ result }, index) => result.text.trim() === first.torch.captions[index]?.text).length;
  print(
    `shotluck-nano, ${requests.length} shots of the sample video, ${framesPerShot} frames each, greedy. Machine: ${startedOn}; ${values.threads} thread(s).`,
  );
  print(
    'Studio: int8 weights in onnxruntime, engine worker and its messages included. Peer: the same architecture and weights (int8 multiplied out to',
  );
  print(
    `float32), eager with a cache of keys and values: ${first.torch.version}. Both had the model loaded and did one caption to warm up.`,
  );
  print();
  const row = (
    name: string,
    each: readonly { captions: readonly { seconds: number; firstTokenSeconds: number }[] }[],
    more: readonly string[],
  ): string[] => {
    const perCaption = each.map((run) => (total(run) / run.captions.length) * 1000);
    const firstTokens = each.flatMap((run) => run.captions.map(({ firstTokenSeconds }) => firstTokenSeconds * 1000));
    return [
      name,
      median(perCaption).toFixed(0),
      `${Math.min(...perCaption).toFixed(0)}–${Math.max(...perCaption).toFixed(0)}`,
      median(firstTokens).toFixed(0),
      ...more,
    ];
  };
  const studioPeaks = runs.map(({ studio }) => studio.peakBytes).filter((bytes) => bytes !== null);
  print(
    table(
      ['', 'ms per caption', 'min–max', 'ms to first token', 'tokens', 'peak memory'],
      [
        row(
          'studio',
          runs.map(({ studio }) => studio),
          [
            tokens(first.studio.captions.map(({ result }) => result.tokenCount)),
            megabytes(studioPeaks.length === 0 ? null : Math.max(...studioPeaks)),
          ],
        ),
        row(
          'PyTorch',
          runs.map(({ torch }) => torch),
          [tokens(first.torch.captions.map((caption) => caption.tokens)), megabytes(Math.max(...runs.map(({ torch }) => torch.peakBytes)))],
        ),
      ],
    ),
  );
  print();
  print(
    `The studio is ${median(runs.map(({ studio, torch }) => total(torch) / total(studio))).toFixed(2)}× faster (aim: at least 1.5); ${same} of ${requests.length} captions are the same word for word.`,
  );
  const cold = runs.map(({ studio }) => studio.coldFirstTokenSeconds * 1000);
  print(
    `From the click to the first word, no engine worker running and no model loaded: ${median(cold).toFixed(0)} ms (${Math.min(...cold).toFixed(0)}–${Math.max(...cold).toFixed(0)}; aim: below 1000).`,
  );
}
