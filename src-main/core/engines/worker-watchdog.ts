import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { BEGINNING, LIMITED_PARTS, type LimitedPart, MARK, PART, type WatchdogData } from './watched-parts.ts';
import type { WorkLimit } from './work-limit.ts';

const STDERR = 2;

export interface WatchdogOptions extends Omit<WatchdogData, 'cells'> {
  /** The built `engine-watchdog.js`, or `engine-watchdog.ts` from source. */
  readonly threadFile: URL;
}

/** Called in the main thread of the worker: from now on the process ends with its core, and when a limited part takes too long. */
export function startWatchdog({ threadFile, corePid, limitMs }: WatchdogOptions): WorkLimit {
  const cells = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(threadFile, { workerData: { cells, corePid, limitMs } satisfies WatchdogData });
  thread.on('error', (error) => writeSync(STDERR, `The watchdog of the engine worker ended: ${error.message}\n`));
  thread.unref();
  return {
    run(part, work) {
      const before = Atomics.load(cells, PART);
      Atomics.add(cells, BEGINNING, 1);
      Atomics.store(cells, PART, LIMITED_PARTS.indexOf(part) + 1);
      try {
        return work();
      } finally {
        Atomics.store(cells, PART, before);
      }
    },
  };
}

/** The part that took too long, from what a worker printed before it ended; null where it ended for another reason. */
export function partOverLimit(output: string): LimitedPart | null {
  return LIMITED_PARTS.find((part) => output.includes(`${MARK}${part}\n`)) ?? null;
}
