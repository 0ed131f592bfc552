import { Worker } from 'node:worker_threads';

export interface ParsersOptions {
  readonly inputs: number;
  /** The same seed makes the same inputs. */
  readonly seed: number;
  /** So long one input may take. */
  readonly limitMs: number;
  onInput?(done: number): void;
}

export interface ParsersReport {
  readonly inputs: number;
  /** By parser: how many inputs had something to use, had nothing, and were refused in words. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<'used' | 'empty' | 'refused' | 'fault', number>>>>;
  readonly slowestMs: number;
  /** What must not be, with the number of its input. */
  readonly faults: readonly string[];
}

interface Told {
  readonly number: number;
  readonly target: string;
  readonly outcome: 'used' | 'empty' | 'refused' | 'fault';
  readonly fault: string | null;
  readonly ms: number;
}

const LOOK_MS = 100;

/** Feeds damaged files to every importer, every cut list and the reader of subtitles; whatever is no named refusal, takes too long or breaks a promise is a fault. */
export async function fuzzParsers({ inputs, seed, limitMs, onInput }: ParsersOptions): Promise<ParsersReport> {
  const outcomes: Record<string, Record<Told['outcome'], number>> = {};
  const faults: string[] = [];
  let slowestMs = 0;
  let next = 0;

  function take({ number, target, outcome, fault, ms }: Told): void {
    const counts = (outcomes[target] ??= { used: 0, empty: 0, refused: 0, fault: 0 });
    counts[outcome]++;
    next = number + 1;
    if (fault !== null) faults.push(`input ${number} of ${target}: ${fault}`);
    if (ms > limitMs) faults.push(`input ${number} of ${target}: took ${Math.round(ms)} ms`);
    slowestMs = Math.max(slowestMs, ms);
    onInput?.(next);
  }

  while (next < inputs) {
    const stoppedAt = await runFrom({ from: next, to: inputs, seed, limitMs, take });
    if (stoppedAt === null) continue;
    faults.push(`input ${stoppedAt.number}: ${stoppedAt.why}`);
    next = stoppedAt.number + 1;
  }
  return { inputs, outcomes, slowestMs, faults };
}

interface Run extends Pick<ParsersOptions, 'seed' | 'limitMs'> {
  readonly from: number;
  readonly to: number;
  take(told: Told): void;
}

/** Runs cases until the last, or until one ends the thread or does not end; null: all came to their ends. */
function runFrom({ from, to, seed, limitMs, take }: Run): Promise<{ readonly number: number; readonly why: string } | null> {
  const at = new SharedArrayBuffer(4);
  const place = new Int32Array(at);
  Atomics.store(place, 0, from);
  const worker = new Worker(new URL('./parsers-process.ts', import.meta.url), { workerData: { seed, from, to, at }, execArgv: [] });
  return new Promise((resolve) => {
    let [seen, sinceMs] = [-1, performance.now()];
    const isAtEnd = (): boolean => Atomics.load(place, 0) === to;
    const watch = setInterval(() => {
      const number = Atomics.load(place, 0);
      if (number !== seen) [seen, sinceMs] = [number, performance.now()];
      // The first one loads the product, too.
      else if (performance.now() - sinceMs > limitMs + (number === from ? 30_000 : 0)) end({ number, why: `did not end in ${limitMs} ms` });
    }, LOOK_MS);
    let isOver = false;
    function end(result: { number: number; why: string } | null): void {
      if (isOver) return;
      isOver = true;
      clearInterval(watch);
      void worker.terminate().then(() => resolve(result));
    }
    worker.on('message', take);
    worker.on('error', (error) => end({ number: Atomics.load(place, 0), why: `ended the thread: ${error.stack ?? error.message}` }));
    // Messages that are on their way come before.
    worker.on('exit', (code) =>
      end(code === 0 && isAtEnd() ? null : { number: Atomics.load(place, 0), why: `ended the thread with ${code}` }),
    );
  });
}
