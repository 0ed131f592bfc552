import { parseArgs } from 'node:util';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { createEngineClient } from '#core/engines/engine-client.ts';
import type { Captioner } from '#core/engines/engine.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { landscape, nanoSpec, requestFor, workerFile } from '../core/engines/support/nano.ts';

/**
 * `node tests/bench/first-token.ts [--frames 4] [--threads 1] [--runs 7]`: how long people wait from the click on "Caption" to the first
 * word and to the whole caption, with the embedded model: cold (no worker yet), and with the model loaded.
 */
const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '4' },
    threads: { type: 'string', default: '1' },
    runs: { type: 'string', default: '7' },
  },
});
const spec = { ...nanoSpec, threads: Number(values.threads) };
const pictures = Array.from({ length: Number(values.frames) }, (_, index) => landscape(index * 4));
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

interface Timing {
  readonly firstTextMs: number;
  readonly wholeMs: number;
  readonly tokenCount: number;
}

async function timed(open: () => Promise<Captioner>): Promise<Timing> {
  const clickMs = performance.now();
  let firstTextMs = Number.NaN;
  const captioner = await open();
  const { tokenCount } = await captioner.caption(requestFor(pictures), {
    signal: new AbortController().signal,
    onText: () => {
      if (Number.isNaN(firstTextMs)) firstTextMs = performance.now() - clickMs;
    },
  });
  return { firstTextMs, wholeMs: performance.now() - clickMs, tokenCount };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function report(name: string, timings: readonly Timing[]): void {
  const first = median(timings.map((timing) => timing.firstTextMs));
  const whole = median(timings.map((timing) => timing.wholeMs));
  print(`${name.padEnd(6)} first word ${first.toFixed(0).padStart(5)} ms, whole caption ${whole.toFixed(0).padStart(5)} ms (${timings[0]?.tokenCount ?? 0} tokens; median of ${timings.length})`);
}

const logger = { debug: () => undefined, info: () => undefined, warn: (_details: object, message: string) => print(message), error: (_details: object, message: string) => print(message) };
print(`shotluck-nano, ${pictures.length} frames, ${spec.threads} thread(s), Node ${process.version}`);
const cold: Timing[] = [];
const warm: Timing[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  const client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), { logger });
  cold.push(await timed(() => openRemoteCaptioner(client, spec)));
  warm.push(await timed(() => openRemoteCaptioner(client, spec)));
  await client.close();
}
report('cold', cold);
report('warm', warm);
