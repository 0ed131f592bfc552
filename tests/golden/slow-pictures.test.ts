import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { frameToUs } from '#shared/domain/time.ts';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { cutClips, probed } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

/** The header says 25 a second, as for any video out of this encoder. */
const X264 = [
  '-fps_mode',
  'passthrough',
  '-enc_time_base:v',
  '1/1000',
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-g',
  '6',
  '-pix_fmt',
  'yuv420p',
];

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-slow-'));
});
afterAll(() => rm(dir, { recursive: true }));

interface SlowVideo {
  readonly file: string;
  /** When frame N is shown, in seconds. */
  readonly times: string;
  readonly bFrames: number;
  readonly seconds: number;
}

it.each<SlowVideo>([
  { file: 'one-a-second.mkv', times: 'N', bFrames: 2, seconds: 18 },
  { file: 'five-a-second.mkv', times: 'N/5', bFrames: 0, seconds: 3.6 },
  { file: 'one-a-second.flv', times: 'N', bFrames: 0, seconds: 18 },
  { file: 'one-in-one-or-two.mkv', times: 'N+floor(N/2)', bFrames: 0, seconds: 26 },
  { file: 'paused.mkv', times: 'N/25+5*gte(N,6)+3*gte(N,12)', bFrames: 0, seconds: 8.72 },
])('the last picture of each clip of $file stays until the next one', async ({ file, times, bFrames, seconds }) => {
  const options = ['-vf', `setpts='round((${times})/TB)'`, ...X264, '-bf', String(bFrames)];
  const video = await probed(await makeBarredVideo({ path: join(dir, file), frameCount: 18, options }));
  expect(video.probe).toMatchObject({ durationUs: seconds * 1e6, notes: [] });
  const bounds = [6, 7, 12, 18];
  const shots = bounds.slice(1).map((endFrame, index) => ({ startFrame: bounds[index] ?? 0, endFrame }));
  const outDir = join(dir, `${file}-clips`);
  const clips = await cutClips(video, { shots, outDir });
  if (bFrames === 0) clips.push(...(await cutClips(video, { shots: [{ startFrame: 6, endFrame: 12 }], outDir, mode: 'copy' })));
  expect(clips.map(({ state }) => state)).toEqual(clips.map(() => 'written'));
  const wanted = clips.map(({ shot }) => frameToUs(video.clock, shot.endFrame) - frameToUs(video.clock, shot.startFrame));
  expect(await lengthsUs(clips.map((clip) => join(outDir, clip.file)))).toEqual(wanted);
});

/** From when the first picture of each is shown until the last one goes, as its packets say. */
async function lengthsUs(paths: readonly string[]): Promise<number[]> {
  const lists = paths.map((_, index) => join(dir, `packets-${index}`));
  const outputs = lists.flatMap((list, index) => ['-map', `${index}:v`, '-c', 'copy', '-f', 'framecrc', list]);
  await runFfmpeg([...paths.flatMap((path) => ['-i', path]), ...outputs]);
  return Promise.all(lists.map(async (list) => lengthUs(await readFile(list, 'utf8'))));
}

/** Of the lines `stream, dts, pts, duration, size, checksum`. */
function lengthUs(list: string): number {
  const [, num, den] = /^#tb 0: (\d+)\/(\d+)$/mu.exec(list) ?? [];
  const packets = [...list.matchAll(/^0, *-?\d+, *(-?\d+), *(\d+),/gmu)].map(([, shown, stays]) => [Number(shown), Number(stays)] as const);
  const ticks = Math.max(...packets.map(([shown, stays]) => shown + stays)) - Math.min(...packets.map(([shown]) => shown));
  return Math.round((ticks * 1e6 * Number(num)) / Number(den));
}
