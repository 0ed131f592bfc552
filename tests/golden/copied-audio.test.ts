import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BARRED_SIZE, makeBarredVideo, numberIn } from '../helpers/barred-video.ts';
import { playEach } from '../helpers/audio-beginnings.ts';
import { cutClips, probed } from '../helpers/media-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-copied-'));
});
afterAll(() => rm(dir, { recursive: true }));

it.each([
  ['opus.mkv', 'libopus'],
  ['pcm.mov', 'pcm_s16le'],
  ['aac.mp4', 'aac'],
  ['mp2.ts', 'mp2'],
])(
  'copied clips have audio from their key frame on: %s',
  async (name, codec) => {
    const path = await makeBarredVideo({
      path: join(dir, name),
      frameCount: 250,
      inputs: ['-f', 'lavfi', '-i', "aevalsrc='0.4*sin(2*PI*700*t)*lt(mod(t,1),0.2)':s=48000:d=10"],
      options: [
        '-map',
        '0:v',
        '-map',
        '1:a',
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-g',
        '50',
        '-sc_threshold',
        '0',
        '-pix_fmt',
        'yuv420p',
        '-c:a',
        codec,
      ],
    });
    const video = await probed(path);
    const outDir = join(dir, name.replace('.', '-'));
    const shots = [
      { startFrame: 0, endFrame: 40 },
      { startFrame: 95, endFrame: 130 },
      { startFrame: 240, endFrame: 250 },
    ];
    const clips = await cutClips(video, { outDir, mode: 'copy', shots });
    expect(clips.map(({ state }) => state)).toEqual(shots.map(() => 'written'));
    const paths = clips.map(({ file }) => join(outDir, file));
    for (const [index, { frames, beginnings }] of (await playEach(paths, BARRED_SIZE, dir)).entries()) {
      const { startFrame, endFrame } = shots[index] ?? { startFrame: 0, endFrame: 0 };
      const numbers = frames.map(numberIn);
      const [first = 0] = numbers;
      expect(first).toBe(Math.floor(startFrame / 50) * 50);
      expect(numbers).toEqual(expect.arrayContaining([startFrame, endFrame - 1]));
      // One second of the video after the other, as its beeps show; the last may be cut off.
      const seconds = (endFrame - first) / 25;
      for (let second = 0; second < seconds - 0.3; second++)
        expect(
          Math.min(...beginnings.map((each) => Math.abs(each - second))),
          `${paths[index]} ${second} ${beginnings.join()}`,
        ).toBeLessThan(0.1);
    }
  },
  60_000,
);
