import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { numbersInEach, range } from '../helpers/frame-numbers.ts';
import { cutClips, probed } from '../helpers/media-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-open-'));
});
afterAll(() => rm(dir, { recursive: true }));

const GROUP = 24;
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', String(GROUP), '-bf', '6', '-x264-params'];
const EVEN = 'b-pyramid=normal:scenecut=0:b-adapt=0';
const X265 = ['-c:v', 'libx265', '-preset', 'fast', '-pix_fmt', 'yuv420p', '-tag:v', 'hvc1', '-x265-params'];
const X265_OPEN = `log-level=none:open-gop=1:b-pyramid=1:keyint=${GROUP}:min-keyint=${GROUP}:bframes=6:b-adapt=0`;
const AUDIO = ['-f', 'lavfi', '-i', "aevalsrc='0.4*sin(2*PI*700*t)':s=48000:d=5"];

it.each([
  ['silent.mp4', [], [...X264, `open-gop=1:${EVEN}`]],
  ['aac.mp4', AUDIO, [...X264, `open-gop=1:${EVEN}`, '-c:a', 'aac']],
  ['hevc.mp4', [], [...X265, X265_OPEN]],
  // Without an edit list pictures are shown later than they are decoded, also those of closed groups.
  ['late.mp4', [], [...X264, EVEN, '-use_editlist', '0']],
])(
  'copied clips hold the frames that are decoded after the next key frame but shown before it: %s',
  async (name, inputs, options) => {
    const video = await probed(await makeBarredVideo({ path: join(dir, name), frameCount: 120, inputs, options }));
    const outDir = join(dir, name.replace('.', '-'));
    const shots = [44, 47, 48, 71].map((startFrame) => ({ startFrame, endFrame: startFrame + 20 }));
    const clips = await cutClips(video, { outDir, mode: 'copy', shots });
    expect(clips).toMatchObject(shots.map(() => ({ state: 'written' })));
    const shown = await numbersInEach(
      clips.map(({ file }) => join(outDir, file)),
      dir,
    );
    for (const [index, { file, shot, ...clip }] of clips.entries()) {
      const numbers = shown[index] ?? [];
      const key = Math.floor(shot.startFrame / GROUP) * GROUP;
      const wanted = range(key, shot.endFrame);
      expect(numbers.slice(0, wanted.length), file).toEqual(wanted);
      const note = `Cut at keyframes: ${numbers.length} frames for the 20 of the shot.`;
      expect(clip, file).toMatchObject({ notes: expect.arrayContaining([note]) });
    }
  },
  60_000,
);
