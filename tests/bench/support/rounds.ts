import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** Takes down how long things take. */
export interface Stopwatch {
  /** Times `work` with everything that it starts, or takes down what it measured itself where its start-up shall not count. */
  time(name: string, work: () => Promise<Lap | void>): Promise<void>;
}

export interface Lap {
  readonly seconds: number;
  /** Processor time, over all cores. */
  readonly cpuSeconds: number;
}

export interface Timing {
  /** Of each round. */
  readonly seconds: number[];
  /** Processor time of each round with everything that was started for it; empty where it cannot be measured. */
  readonly cpuSeconds: number[];
}

/** Runs A B C, A B C, …, so that whatever else the machine does falls on all of them alike. */
export async function timeRounds(
  works: readonly ((watch: Stopwatch) => Promise<void>)[],
  rounds: number,
  log: (line: string) => void,
): Promise<Map<string, Timing>> {
  const timings = new Map<string, Timing>();
  const timingOf = (name: string): Timing => {
    const timing = timings.get(name) ?? { seconds: [], cpuSeconds: [] };
    timings.set(name, timing);
    return timing;
  };
  for (let round = 1; round <= rounds; round++) {
    const time: Stopwatch['time'] = async (name, work) => {
      const cpuBefore = cpuSeconds();
      const startMs = performance.now();
      const own = await work();
      const seconds = own?.seconds ?? (performance.now() - startMs) / 1000;
      const cpu = own?.cpuSeconds ?? (cpuBefore === null ? null : (cpuSeconds() ?? Number.NaN) - cpuBefore);
      timingOf(name).seconds.push(seconds);
      if (cpu !== null) timingOf(name).cpuSeconds.push(cpu);
      log(`round ${round} of ${rounds}: ${name}: ${seconds.toFixed(1)} s, ${cpu?.toFixed(1) ?? '–'} CPU s`);
    };
    for (const work of works) await work({ time });
  }
  return timings;
}

/** How many times longer `slow` took than `fast`: the ratio of each round, and of those the median; in wall time and in processor time. */
export function ratioOf(slow: Timing | undefined, fast: Timing | undefined): string {
  const ratio = (key: keyof Timing): string =>
    median((slow?.[key] ?? []).map((seconds, round) => seconds / (fast?.[key][round] ?? Number.NaN))).toFixed(2);
  return `${ratio('seconds')}× (processor time: ${ratio('cpuSeconds')}×)`;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export function timingRow(name: string, { seconds, cpuSeconds: cpu }: Timing, units: number): string[] {
  const middle = median(seconds);
  const range = `${Math.min(...seconds).toFixed(1)}–${Math.max(...seconds).toFixed(1)}`;
  return [name, middle.toFixed(1), range, cpu.length === 0 ? '–' : median(cpu).toFixed(1), (units / middle).toFixed(0)];
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** What the numbers were measured on. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} core(s) of ${model}; load when started ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}; Node ${process.version}`;
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
