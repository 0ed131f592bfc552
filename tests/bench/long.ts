import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { longFilm, type LongFilm } from './support/long-film.ts';
import { repository } from './support/paths.ts';
import { childPids, megabytes, residentBytes } from './support/memory.ts';
import { machine } from './support/rounds.ts';

/**
 * `npm run bench:long [-- --hours 2 --detectors adaptive,transnet-v2]`: memory of the core while the command line goes through a film of two hours.
 * `adaptive` at 25 frames a second with captions and all else that `shotluck run` does; `transnet-v2` at 5 frames a second, for the network alone
 * would take an hour of 25.
 */
const { values } = parseArgs({ options: { hours: { type: 'string', default: '2' }, detectors: { type: 'string', default: 'adaptive,transnet-v2' } } });
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);

const RATES: Readonly<Record<string, number>> = { adaptive: 25, 'transnet-v2': 5 };
/** From its sources: what a build leaves out of memory (stripping of types) is in the figures. */
const CLI = path.join(repository, 'src-main', 'hosts', 'cli', 'main.ts');
const SAMPLE_MS = 1000;
const LIMIT_BYTES = 1e9;
/** Width of the printed curve. */
const COLUMNS = 72;

interface Sample {
  readonly seconds: number;
  readonly coreBytes: number;
  /** Of the engine worker: models and what they need. */
  readonly workerBytes: number;
}

interface Watched {
  readonly samples: readonly Sample[];
  /** What was finished when, by the command's own words. */
  readonly steps: readonly { readonly seconds: number; readonly text: string }[];
}

if (process.platform !== 'linux') throw new Error('Memory of other processes is read from /proc: this command needs Linux.');
print(`Machine: ${machine()}.`);
for (const detector of values.detectors.split(',')) {
  const rate = RATES[detector];
  if (rate === undefined) throw new Error(`There is no detector ${detector}: ${Object.keys(RATES).join(', ')}`);
  const film = await longFilm(Number(values.hours), rate);
  report(detector, { film, rate }, await watchRun(detector, film));
}

async function watchRun(detector: string, film: LongFilm): Promise<Watched> {
  const dir = await mkdtemp(path.join(tmpdir(), 'shotluck-long-'));
  const args = [CLI, 'run', film.path, '--project', path.join(dir, 'Long.shotluck'), '--detector', detector, '--frames', '2'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', process.stderr, 'pipe'], env: { ...process.env, SHOTLUCK_DATA_DIR: path.join(dir, 'data') } });
  const startMs = performance.now();
  const samples: Sample[] = [];
  const steps: { seconds: number; text: string }[] = [];
  const since = (): number => (performance.now() - startMs) / 1000;
  const timer = setInterval(() => {
    const coreBytes = child.pid === undefined ? null : residentBytes(child.pid);
    if (child.pid === undefined || coreBytes === null) return;
    samples.push({ seconds: since(), coreBytes, workerBytes: Math.max(0, ...childPids(child.pid).map((pid) => residentBytes(pid) ?? 0)) });
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

function report(detector: string, { film, rate }: { film: LongFilm; rate: number }, { samples, steps }: Watched): void {
  const core = samples.map(({ coreBytes }) => coreBytes);
  const peak = Math.max(...core);
  print();
  print(`${detector}: ${film.hours.toFixed(1)} h of 320×180 at ${rate} fps, ${film.frameCount} frames, about ${film.shotCount} shots, 2 frames a caption; a reel of two minutes repeated by stream copy.`);
  print(`Took ${((samples.at(-1)?.seconds ?? 0) / 60).toFixed(1)} min. Resident memory of the core, one sample a second (0 to ${megabytes(peak)}):`);
  print(curve(core));
  for (const { seconds, text } of steps) {
    const sample = samples.findLast((one) => one.seconds <= seconds);
    print(`  ${seconds.toFixed(0).padStart(5)} s  core ${megabytes(sample?.coreBytes ?? null).padStart(7)}  ${text}`);
  }
  print(`Core: peak ${megabytes(peak)} (aim: below 1000 MB), mean of the second quarter ${megabytes(quarterMean(core, 1))}, of the last ${megabytes(quarterMean(core, 3))}. Largest child (engine worker or ffmpeg): peak ${megabytes(Math.max(...samples.map(({ workerBytes }) => workerBytes)))}.`);
  if (peak >= LIMIT_BYTES) process.exitCode = 1;
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

function quarterMean(numbers: readonly number[], quarter: number): number {
  const part = numbers.slice(Math.floor((quarter * numbers.length) / 4), Math.floor(((quarter + 1) * numbers.length) / 4));
  return part.reduce((sum, value) => sum + value, 0) / part.length;
}
