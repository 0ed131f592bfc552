import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSeek } from '#core/media/frame-seek.ts';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { frameNumbers, numbersInEach, stillNumbers } from '../helpers/frame-numbers.ts';
import { cutClips, probed, testFfmpeg, type ProbedVideo } from '../helpers/media-files.ts';

const { signal } = new AbortController();
const FRAMES = 250;
const AUDIO = ['-f', 'lavfi', '-i', 'sine=r=48000:d=10'];
const MPEG4 = ['-c:v', 'mpeg4', '-vtag', 'XVID', '-q:v', '3', '-g', '24'];
/** Most places have no picture. Newer versions of ffmpeg refuse `-r` beside a variable rate. */
const FAST_CLOCK = ['-fps_mode', 'vfr', '-enc_time_base:v', '1:120'];

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-places-'));
});
afterAll(() => rm(dir, { recursive: true }));

interface Kind {
  readonly name: string;
  readonly inputs?: readonly string[];
  readonly options: readonly string[];
}

async function made({ name, inputs = AUDIO, options }: Kind): Promise<string> {
  const audio = inputs.length === 0 ? [] : ['-c:a', 'libmp3lame'];
  return makeBarredVideo({ path: join(dir, name), frameCount: FRAMES, inputs, options: [...options, ...audio] });
}

/** Numbers of all frames, read from the beginning. */
async function numbersOf(path: string): Promise<number[]> {
  return (await numbersInEach([path], dir))[0] ?? [];
}

async function hasJumps(video: ProbedVideo): Promise<boolean> {
  return (await planSeek(testFfmpeg(), video, 199, signal)).inputOptions.includes('-ss');
}

describe('an AVI with audio and with places that have no picture', () => {
  it.each([
    { name: 'fast.avi', options: [...MPEG4, ...FAST_CLOCK] },
    { name: 'reordered.avi', options: [...MPEG4, '-bf', '2', ...FAST_CLOCK] },
    // A capture that lost five pictures a second, each of them a key frame.
    { name: 'dropped.avi', options: ['-vf', "select='not(between(mod(n,25),18,22))'", '-fps_mode', 'vfr', '-c:v', 'mjpeg'] },
  ])(
    'gives right pictures behind jumps: $name',
    async (kind) => {
      const path = await made(kind);
      const truth = await numbersOf(path);
      const video = await probed(path);
      expect(video.probe.frameCount).toBe(truth.length);
      const rightOf = (frames: readonly number[]) => frames.map((frame) => truth[frame]);
      expect(await stillNumbers(video, [96, 143], dir)).toEqual(rightOf([96, 143]));
      const frames = [121, 199];
      expect((await Promise.all(frames.map((frame) => frameNumbers(video, [frame])))).flat()).toEqual(rightOf(frames));
      const shots = [{ startFrame: 150, endFrame: truth.length }];
      for (const mode of ['exact', 'copy'] as const) {
        const outDir = await mkdtemp(join(dir, 'clips-'));
        const clips = await cutClips(video, { mode, outDir, shots });
        const paths = clips.map(({ file }) => join(outDir, file));
        for (const [index, numbers] of (await numbersInEach(paths, dir)).entries()) {
          const wanted = truth.slice(shots[index]?.startFrame, shots[index]?.endFrame);
          if (mode === 'exact') expect(numbers).toEqual(wanted);
          else expect(numbers).toEqual(expect.arrayContaining(wanted));
        }
      }
      expect(video.probe.stream?.hasEmptyPlaces).toBe(true);
      expect(await hasJumps(video)).toBe(true);
    },
    120_000,
  );

  it('is read from its beginning where it has no index', async () => {
    const path = await made({ name: 'unlisted.avi', options: [...MPEG4, ...FAST_CLOCK] });
    const truth = await numbersOf(path);
    const bytes = await readFile(path);
    bytes.write('JUNK', bytes.lastIndexOf('idx1'), 'latin1');
    await writeFile(path, bytes);
    const video = await probed(path);
    expect(await stillNumbers(video, [199], dir)).toEqual([truth[199]]);
    expect(video.probe.stream?.hasEmptyPlaces).toBe(true);
    expect(await hasJumps(video)).toBe(false);
  }, 60_000);
});

it.each([
  { name: 'silent.avi', inputs: [], options: [...MPEG4, ...FAST_CLOCK] },
  { name: 'full.avi', options: MPEG4 },
  // Where the first picture waits for the second, and for the audio, places are empty.
  { name: 'full-reordered.avi', options: [...MPEG4, '-bf', '2'] },
])(
  'the jumps of other AVI files stay as they are: $name',
  async (kind) => {
    const video = await probed(await made(kind));
    expect(video.probe.stream).not.toHaveProperty('hasEmptyPlaces');
    expect(await hasJumps(video)).toBe(true);
    expect(await stillNumbers(video, [199], dir)).toEqual([(await numbersOf(video.path))[199]]);
  },
  60_000,
);
