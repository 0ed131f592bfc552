import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { engineWorkerOf, megabytes, residentBytes } from './memory.ts';
import { repository } from './paths.ts';

/** From its sources: what a build leaves out of memory (stripping of types) is in the figures. */
const CLI = path.join(repository, 'src-main', 'hosts', 'cli', 'main.ts');
const SAMPLE_MS = 1000;
/** Width of the printed curve. */
const COLUMNS = 72;

interface Sample {
  readonly seconds: number;
  readonly coreBytes: number;
  /** Of the engine worker, models and all; 0 while there is none. */
  readonly workerBytes: number;
}

export interface WatchedRun {
  readonly samples: readonly Sample[];
  /** What was finished when, by the command's own words. */
  readonly steps: readonly { readonly seconds: number; readonly text: string }[];
}

/** `shotluck run` on a video into a project that is thrown away, with the memory of its processes once a second. */
export async function watchRun(video: string, options: readonly string[]): Promise<WatchedRun> {
  const dir = await mkdtemp(path.join(tmpdir(), 'shotluck-long-'));
  const args = [CLI, 'run', video, '--project', path.join(dir, 'Long.shotluck'), ...options];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', process.stderr, 'pipe'],
    env: { ...process.env, SHOTLUCK_DATA_DIR: path.join(dir, 'data') },
  });
  const startMs = performance.now();
  const samples: Sample[] = [];
  const steps: { seconds: number; text: string }[] = [];
  const since = (): number => (performance.now() - startMs) / 1000;
  const timer = setInterval(() => {
    const coreBytes = child.pid === undefined ? null : residentBytes(child.pid);
    if (child.pid === undefined || coreBytes === null) return;
    const worker = engineWorkerOf(child.pid);
    samples.push({ seconds: since(), coreBytes, workerBytes: worker === null ? 0 : (residentBytes(worker) ?? 0) });
  }, SAMPLE_MS);
  createInterface({ input: child.stderr }).on('line', (text) => {
    process.stderr.write(`${text}\n`);
    if (text.startsWith('✓')) steps.push({ seconds: since(), text });
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(timer);
  await rm(dir, { recursive: true });
  if (code !== 0) throw new Error(`The run ended with ${code}`);
  return { samples, steps };
}

/** Curves and figures for people; gives the core's peak. */
export function printMemory({ samples, steps }: WatchedRun, print: (line: string) => void): number {
  const core = samples.map(({ coreBytes }) => coreBytes);
  const worker = samples.map(({ workerBytes }) => workerBytes);
  print(`Took ${((samples.at(-1)?.seconds ?? 0) / 60).toFixed(1)} min. Resident memory, one sample a second:`);
  for (const [name, bytes] of [
    ['core', core],
    ['engine worker, models and all', worker],
  ] as const)
    print(`${curve(bytes)} ${name}, 0 to ${megabytes(Math.max(...bytes))}`);
  for (const { seconds, text } of steps) {
    const sample = samples.findLast((one) => one.seconds <= seconds);
    print(
      `  ${seconds.toFixed(0).padStart(5)} s  core ${megabytes(sample?.coreBytes ?? null).padStart(7)}  worker ${megabytes(sample?.workerBytes ?? null).padStart(7)}  ${text}`,
    );
  }
  const peak = Math.max(...core);
  print(`Core: peak ${megabytes(peak)} (aim: below 1000 MB), ${quarters(core)}.`);
  print(`Engine worker: peak ${megabytes(Math.max(...worker))}, ${quarters(worker)}.`);
  return peak;
}

function curve(numbers: readonly number[]): string {
  const bars = '▁▂▃▄▅▆▇█';
  const peak = Math.max(...numbers);
  const columns = Math.min(COLUMNS, numbers.length);
  return Array.from({ length: columns }, (_, column) => {
    const part = numbers.slice(Math.floor((column * numbers.length) / columns), Math.floor(((column + 1) * numbers.length) / columns));
    return bars[Math.min(bars.length - 1, Math.floor((Math.max(...part) / peak) * bars.length))] ?? '';
  }).join('');
}

/** Flat memory: the last quarter is about as the second. */
function quarters(numbers: readonly number[]): string {
  return `mean of the second quarter ${megabytes(quarterMean(numbers, 1))}, of the last ${megabytes(quarterMean(numbers, 3))}`;
}

function quarterMean(numbers: readonly number[], quarter: number): number {
  const part = numbers.slice(Math.floor((quarter * numbers.length) / 4), Math.floor(((quarter + 1) * numbers.length) / 4));
  return part.reduce((sum, value) => sum + value, 0) / part.length;
}
