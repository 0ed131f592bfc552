import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BARRED_SIZE, makeBarredVideo, numberIn } from '../helpers/barred-video.ts';
import { playEach } from '../helpers/audio-beginnings.ts';
import { cutClips, probed } from '../helpers/media-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-copied-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Ten seconds at 25/s, and a beep at the start of each. */
const BEEPS = ['-f', 'lavfi', '-i', "aevalsrc='0.4*sin(2*PI*700*t)*lt(mod(t,1),0.2)':s=48000:d=10"];
const makeVideo = (name: string, codecs: readonly string[]): Promise<string> =>
  makeBarredVideo({ path: join(dir, name), frameCount: 250, inputs: BEEPS, options: ['-map', '0:v', '-map', '1:a', ...codecs] });

/** As files are whose index was lost, or never written: then each frame is taken for a key frame. */
async function withoutListOfKeyFrames(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.write('free', bytes.indexOf('stss'), 'latin1');
  await writeFile(path, bytes);
}

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-sc_threshold', '0'];
const KEYS_AT_TWO = ['-g', '250', '-force_key_frames', '0,2,4,6,8'];

describe('copied clips', () => {
  it.each([
    ['every picture a key frame', 'intra.avi', ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le']],
    ['few key frames', 'few.avi', ['-c:v', 'mpeg4', '-q:v', '3', ...KEYS_AT_TWO, '-c:a', 'libmp3lame']],
    [
      'pictures without a time of their own',
      'bidirectional.avi',
      ['-c:v', 'mpeg4', '-q:v', '3', '-g', '12', '-bf', '2', '-c:a', 'libmp3lame'],
    ],
    ['ticks as long as a frame', 'ticks.mxf', ['-c:v', 'mpeg2video', '-q:v', '2', '-g', '12', '-bf', '2', '-c:a', 'pcm_s16le']],
    ['ticks as long as a frame', 'ticks.mov', [...H264, '-bf', '0', ...KEYS_AT_TWO, '-video_track_timescale', '25', '-c:a', 'pcm_s16le']],
    ['no list of key frames', 'unlisted.mp4', [...H264, ...KEYS_AT_TWO, '-c:a', 'aac']],
  ])(
    'hold all pictures of their shot, with their audio: %s, %s',
    async (_kind, name, codecs) => {
      const path = await makeVideo(name, codecs);
      if (name === 'unlisted.mp4') await withoutListOfKeyFrames(path);
      const outDir = join(dir, name.replace('.', '-'));
      const shots = [
        { startFrame: 52, endFrame: 98 },
        { startFrame: 100, endFrame: 140 },
        { startFrame: 226, endFrame: 250 },
      ];
      const clips = await cutClips(await probed(path), { outDir, mode: 'copy', shots });
      expect(clips).toMatchObject(shots.map(() => ({ state: 'written' })));
      const played = await playEach(
        clips.map(({ file }) => join(outDir, file)),
        BARRED_SIZE,
        dir,
      );
      for (const [index, { file, shot, ...clip }] of clips.entries()) {
        const untimed = expect.stringMatching(/^Its source does not say of each frame when it is shown/);
        expect('notes' in clip && clip.notes.some((note) => untimed.asymmetricMatch(note)), file).toBe(name === 'bidirectional.avi');
        const { frames = [], beginnings = [] } = played[index] ?? {};
        const numbers = frames.map(numberIn);
        const wanted = Array.from({ length: shot.endFrame - shot.startFrame }, (_, index) => shot.startFrame + index);
        expect(numbers, file).toEqual(expect.arrayContaining(wanted));
        // No further back than to the key frame before the one that would do.
        const [first = 0] = numbers;
        expect(shot.startFrame - first).toBeLessThan(75);
        const beeps = Array.from({ length: 10 }, (_, second) => second * 25).filter((frame) => frame >= first && frame < shot.endFrame - 8);
        // Three frames: by as much as AVI may show pictures later than it says.
        for (const at of beeps.map((frame) => (frame - first) / 25))
          expect(Math.min(...beginnings.map((each) => Math.abs(each - at))), `${file} ${at} ${beginnings.join()}`).toBeLessThan(0.125);
      }
    },
    60_000,
  );
});

describe('exact clips', () => {
  it.each(['intra.mp4', 'intra.flv'])(
    'have their audio from the first moment on: MP3 in %s',
    async (name) => {
      const pictures = name.endsWith('flv') ? ['-c:v', 'flv1', '-q:v', '3', ...KEYS_AT_TWO] : [...H264, '-g', '1'];
      const path = await makeVideo(name, [...pictures, '-c:a', 'libmp3lame', '-b:a', '96k']);
      const outDir = join(dir, `exact-${name.replace('.', '-')}`);
      const shots = [4, 8].map((second) => ({ startFrame: second * 25, endFrame: second * 25 + 20 }));
      const clips = await cutClips(await probed(path), { outDir, mode: 'exact', shots });
      const paths = clips.map(({ file }) => join(outDir, file));
      for (const [index, { beginnings }] of (await playEach(paths, BARRED_SIZE, dir)).entries())
        expect(beginnings[0] ?? Infinity, paths[index]).toBeLessThan(0.03);
    },
    60_000,
  );
});
