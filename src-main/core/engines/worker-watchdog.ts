import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { LIMITED_PARTS, type LimitedPart, type WorkLimit } from './work-limit.ts';

/**
 * A thread of the engine worker that looks after the process while its main thread is busy: a run of a network, and a text in the hands
 * of a tokenizer, block that thread for as long as they take, and it notices neither its core going nor a request to stop. The watchdog ends
 * the whole process when the core is gone, and when a limited part takes longer than it may.
 */

const TICK_MS = 250;
const STDERR = 2;
/** What the watchdog prints before it ends the process, followed by the part that took too long. */
const MARK = 'shotluck-over-limit: ';

/** Cells of the shared memory: the part that is running (0: none), and a number that rises with each beginning. */
const PART = 0;
const BEGINNING = 1;

const WatchdogData = z.object({ cells: z.instanceof(Int32Array), corePid: z.int(), limitMs: z.number() });

export interface WatchdogOptions {
  /** File of the thread: it calls `runWatchdog`. */
  readonly threadFile: URL;
  /** The process whose end is this one's as well. */
  readonly corePid: number;
  readonly limitMs: number;
}

/** Called in the main thread of the worker. */
export function startWatchdog({ threadFile, corePid, limitMs }: WatchdogOptions): WorkLimit {
  const cells = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(threadFile, { workerData: { cells, corePid, limitMs } });
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

/** Called in the thread itself. */
export function runWatchdog(data: unknown): void {
  const { cells, corePid, limitMs } = WatchdogData.parse(data);
  let seen = { beginning: -1, sinceMs: 0 };
  setInterval(() => {
    if (!isAlive(corePid)) endProcess();
    const part = LIMITED_PARTS[Atomics.load(cells, PART) - 1];
    const beginning = Atomics.load(cells, BEGINNING);
    if (part === undefined || beginning !== seen.beginning) seen = { beginning, sinceMs: performance.now() };
    else if (performance.now() - seen.sinceMs > limitMs) {
      writeSync(STDERR, `\n${MARK}${part}\n`);
      endProcess();
    }
  }, TICK_MS);
}

/** An orphan gets another parent where the system does that; elsewhere the number of the old one is free. */
function isAlive(corePid: number): boolean {
  if (process.ppid !== corePid) return false;
  try {
    process.kill(corePid, 0);
    return true;
  } catch {
    return false;
  }
}

/** By force: the main thread may be in the middle of native code. */
function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** The part that took too long, from what a worker printed before it ended; null where it ended for another reason. */
export function partOverLimit(output: string): LimitedPart | null {
  return LIMITED_PARTS.find((part) => output.includes(`${MARK}${part}\n`)) ?? null;
}
