import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { forEachInFlight } from '#core/base/in-flight.ts';
import { cutClips, probed } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { benchVideo, BENCH_VIDEO_NOTE } from './support/bench-video.ts';
import { machine, ratioOf, table, timeRounds, timingRow } from './support/rounds.ts';

/**
 * `npm run bench:clips [-- --rounds 3 --processes 2 --shots 20]`: a clip for each of the first shots of the bench's video, by the studio and by the command that
 * scripts give for each shot (`ffmpeg -i video -ss begin -to end clip.mp4`, with ffmpeg's own choice of encoder settings), as many processes side by side.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    processes: { type: 'string', default: String(availableParallelism()) },
    shots: { type: 'string', default: '20' },
  },
});
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);
const log = (line: string): boolean => process.stderr.write(`${line}\n`);

const parallel = Number(values.processes);
const { path: file, cuts, frameCount, rate } = await benchVideo(log);
const video = await probed(file);
const shots = [0, ...cuts].map((startFrame, index) => ({ startFrame, endFrame: cuts[index] ?? frameCount })).slice(0, Number(values.shots));
const clipFrames = shots.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0);

/** Anew each time: clips that are there are kept. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'shotluck-clips-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function byStudio(outDir: string): Promise<void> {
  const clips = await cutClips(video, { shots, outDir, parallel });
  const failed = clips.filter(({ state }) => state !== 'written');
  if (failed.length > 0) throw new Error(`${failed.length} clips were not written`);
}

const byScript = (folder: string): Promise<void> =>
  forEachInFlight(shots.entries(), { limit: parallel }, async ([index, { startFrame, endFrame }]) => {
    const range = ['-ss', String(startFrame / rate), '-to', String(endFrame / rate)];
    await runFfmpeg(['-i', file, ...range, '-c:v', 'libx264', '-c:a', 'aac', path.join(folder, `${index}.mp4`)]);
  });

print(
  `Video: ${BENCH_VIDEO_NOTE}; ${frameCount} frames, the first ${shots.length} shots of ${cuts.length + 1}, ${clipFrames} frames. ${parallel} process(es).`,
);
print(`Machine: ${machine()}.`);
const timings = await timeRounds(
  [({ time }) => time('studio', () => inFolder(byStudio)), ({ time }) => time('a command for each shot', () => inFolder(byScript))],
  Number(values.rounds),
  log,
);
print();
print(
  table(
    ['', 'seconds', 'min–max', 'CPU s', 'frames/s'],
    [...timings].map(([name, timing]) => timingRow(name, timing, clipFrames)),
  ),
);
print();
print(
  `A command for each shot takes ${ratioOf(timings.get('a command for each shot'), timings.get('studio'))} the time of the studio; aim: at least 2.5`,
);
