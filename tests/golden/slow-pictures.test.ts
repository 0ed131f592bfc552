import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { frameToUs } from '#shared/domain/time.ts';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { cutClips, probed } from '../helpers/media-files.ts';

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
  const bounds = [0, 6, 7, 12, 18];
  const shots = bounds.slice(1).map((endFrame, index) => ({ startFrame: bounds[index] ?? 0, endFrame }));
  for (const clip of await cutClips(video, { shots, outDir: join(dir, `${file}-exact`) }))
    expect([clip.shot, await lengthUs(join(dir, `${file}-exact`, clip.file))]).toEqual([
      clip.shot,
      frameToUs(video.clock, clip.shot.endFrame) - frameToUs(video.clock, clip.shot.startFrame),
    ]);
  if (bFrames > 0) return;
  const [copied] = await cutClips(video, { shots: [{ startFrame: 6, endFrame: 12 }], outDir: join(dir, `${file}-copied`), mode: 'copy' });
  expect(await lengthUs(join(dir, `${file}-copied`, copied?.file ?? ''))).toBe(frameToUs(video.clock, 12) - frameToUs(video.clock, 6));
});

async function lengthUs(path: string): Promise<number> {
  return (await probed(path)).probe.durationUs;
}
