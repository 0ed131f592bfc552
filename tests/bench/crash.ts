import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mountSmallDisk } from '../helpers/small-disk.ts';
import { type CrashCounts, runCrashRounds } from './support/crash-rounds.ts';
import { runWindowRounds } from './support/crash-window.ts';
import { machine, table } from './support/rounds.ts';

/**
 * `npm run bench:crash [-- --rounds 500 --window 20 --seed 1 --source]`: kills the core, the engine worker, ffmpeg and the process at the
 * core's other end under a scripted annotator and running jobs; a fifth of the rounds on a small disk that is filled up meanwhile, where a
 * file system in memory can be mounted; then a real window of the desktop, its page and its main process. Needs Linux. Ends with 1 when anything was lost or left.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '500' },
    window: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    source: { type: 'boolean', default: false },
  },
});
const SMALL_DISK_MB = 96;
const videoPath = path.resolve(import.meta.dirname, '../../resources/sample/sample-film.mp4');
const log = (line: string): boolean => process.stderr.write(`${line}\n`);
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);

const startedMs = performance.now();
const rounds = Number(values.rounds);
const small = mountSmallDisk(SMALL_DISK_MB);
const smallRounds = small === null ? 0 : Math.round(rounds / 5);
const folder = mkdtempSync(path.join(tmpdir(), 'shotluck-crash-'));
const shared = { videoPath, seed: Number(values.seed), fromSource: values.source, withModels: true, log };
try {
  const runs: [string, CrashCounts][] = [
    ['ordinary disk', await runCrashRounds({ ...shared, dataDir: folder, rounds: rounds - smallRounds, fillEvery: null })],
  ];
  if (small !== null)
    runs.push([`disk of ${SMALL_DISK_MB} MB`, await runCrashRounds({ ...shared, dataDir: small.dir, rounds: smallRounds, fillEvery: 2 })]);
  print(`Machine: ${machine()}; ${Math.round((performance.now() - startedMs) / 1000)} s.`);
  if (small === null) print('No small disk: a file system in memory could not be mounted here.');
  print(
    table(
      [
        '',
        'rounds',
        'core',
        'worker',
        'ffmpeg',
        'main',
        'closed',
        'full disk',
        'acknowledged',
        'refused',
        'lost',
        'orphans',
        'leftovers',
        'fallen',
      ],
      runs.map(([name, counts]) => row(name, counts)),
    ),
  );
  const windowRounds = Number(values.window);
  const windows = windowRounds === 0 ? [] : [await runWindowRounds({ rounds: windowRounds, videoPath, seed: Number(values.seed), log })];
  print(
    table(
      ['', 'rounds', 'acknowledged', 'lost', 'orphans', 'leftovers'],
      windows.map((counts) => [
        'window',
        ...[counts.rounds, counts.acknowledged, counts.lost, counts.orphans, counts.leftovers].map(String),
      ]),
    ),
  );
  const problems = [...runs.map(([, counts]) => counts), ...windows].flatMap((counts) => counts.problems);
  for (const problem of problems.slice(0, 50)) print(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
  small?.unmount();
}

function row(name: string, { victims, ...counts }: CrashCounts): string[] {
  const figures = [
    counts.rounds,
    victims.core,
    victims.worker,
    victims.ffmpeg,
    victims.main,
    victims.close,
    counts.fullDisks,
    counts.acknowledged,
    counts.refused,
    counts.lost,
    counts.orphans,
    counts.leftovers,
    counts.fallen,
  ];
  return [name, ...figures.map(String)];
}
