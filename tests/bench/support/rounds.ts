import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** Takes down how long things take. */
export interface Stopwatch {
  /** Wall time of `work`, or the seconds that it gives instead where its start-up shall not count; and its processor time in any case. */
  time(name: string, work: () => Promise<number | void>): Promise<void>;
  /** A time that is known already. */
  note(name: string, seconds: number): void;
}

export interface Timing {
  /** Of each round. */
  readonly seconds: number[];
  /** Processor time of each round with everything that was started for it; empty where it was not or cannot be measured. */
  readonly cpuSeconds: number[];
}

/** Runs A B C, A B C, …, so that whatever else the machine does falls on all of them alike. */
export async function timeRounds(works: readonly ((watch: Stopwatch) => Promise<void>)[], rounds: number, log: (line: string) => void): Promise<Map<string, Timing>> {
  const timings = new Map<string, Timing>();
  const timingOf = (name: string): Timing => {
    const timing = timings.get(name) ?? { seconds: [], cpuSeconds: [] };
    timings.set(name, timing);
    return timing;
  };
  for (let round = 1; round <= rounds; round++) {
    const note = (name: string, seconds: number): void => {
      timingOf(name).seconds.push(seconds);
      log(`round ${round} of ${rounds}: ${name}: ${seconds.toFixed(1)} s`);
    };
    const time: Stopwatch['time'] = async (name, work) => {
      const cpuBefore = cpuSeconds();
      const startMs = performance.now();
      const counted = await work();
      note(name, counted ?? (performance.now() - startMs) / 1000);
      if (cpuBefore !== null) timingOf(name).cpuSeconds.push((cpuSeconds() ?? Number.NaN) - cpuBefore);
    };
    for (const work of works) await work({ time, note });
  }
  return timings;
}

/** How many times longer `slow` took than `fast`: the ratio of each round, and of those the median. */
export function medianRatio(slow: Timing | undefined, fast: Timing | undefined): number {
  return median((slow?.seconds ?? []).map((seconds, round) => seconds / (fast?.seconds[round] ?? Number.NaN)));
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export function timingRow(name: string, { seconds, cpuSeconds: cpu }: Timing, units: number): string[] {
  const middle = median(seconds);
  const range = `${Math.min(...seconds).toFixed(1)}–${Math.max(...seconds).toFixed(1)}`;
  return [name, middle.toFixed(1), range, cpu.length === 0 ? '–' : median(cpu).toFixed(1), (units / middle).toFixed(0)];
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** What the numbers were measured on. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} core(s) of ${model}; load when started ${loadavg().map((load) => load.toFixed(1)).join(', ')}; Node ${process.version}`;
}

/** Clock ticks per second of /proc on Linux, the same on all its architectures of today. */
const TICKS_PER_SECOND = 100;

/** Processor time of this process and of the ended ones that it started. */
function cpuSeconds(): number | null {
  if (process.platform !== 'linux') return null;
  // Fields are counted behind the name, which may hold spaces: utime, stime, cutime and cstime are the 14th to 17th of all (proc(5)).
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)?.split(' ').slice(11, 15) ?? [];
  return fields.reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}
