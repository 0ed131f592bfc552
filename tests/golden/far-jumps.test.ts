import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelClip } from '#core/media/model-clip.ts';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { frameNumbers, numbersInEach, range, stillNumbers } from '../helpers/frame-numbers.ts';
import { cutClips, probed, testFfmpeg, type ProbedVideo } from '../helpers/media-files.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();
const FRAMES = 250;

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-jumps-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function expectRight(video: ProbedVideo): Promise<void> {
  expect(video.probe.frameCount).toBe(FRAMES);
  expect(await stillNumbers(video, [190], dir)).toEqual([190]);
  expect(await frameNumbers(video, [105, 170, 249])).toEqual([105, 170, 249]);
  const outDir = await mkdtemp(join(dir, 'clips-'));
  const [clip] = await cutClips(video, { outDir, shots: [{ startFrame: 170, endFrame: FRAMES }] });
  expect(clip?.state).toBe('written');
  const modelClip = join(outDir, 'model.mp4');
  await writeFile(modelClip, await readModelClip({ ffmpeg, ...video, range: { startFrame: 180, endFrame: 200 }, maxSizePx: 192, signal }));
  expect(await numbersInEach([join(outDir, clip?.file ?? ''), modelClip], dir)).toEqual([range(170, FRAMES), range(180, 200)]);
}

const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'];
const HEVC = [...X265, 'log-level=error:keyint=100:scenecut=0'];
const MPEG4 = ['-c:v', 'mpeg4', '-q:v', '3', '-g', '100'];
const LONG_GROUPS: Record<string, readonly string[]> = {
  'hevc.ts': HEVC,
  'open-hevc.ts': [...X265, 'log-level=error:open-gop=1:keyint=48:bframes=4:scenecut=0'],
  'mpeg4.mpg': [...MPEG4, '-bf', '2', '-f', 'mpeg'],
};

describe('a jump into the middle of a group of pictures', () => {
  it.each(Object.keys(LONG_GROUPS))(
    'gives right pictures: %s',
    async (name) => {
      await expectRight(
        await probed(await makeBarredVideo({ path: join(dir, name), frameCount: FRAMES, options: LONG_GROUPS[name] ?? [] })),
      );
    },
    60_000,
  );
});

/** Programs that write no list of key frames make every picture pass for one. */
async function withoutKeyList(path: string): Promise<void> {
  const file = await readFile(path);
  file.write('free', file.indexOf('stss'), 'latin1');
  await writeFile(path, file);
}

async function withAllKeys(path: string): Promise<void> {
  const file = await readFile(path);
  const index = file.lastIndexOf('idx1');
  for (let at = index + 8; at < index + 8 + file.readUInt32LE(index + 4); at += 16)
    file.writeUInt32LE(file.readUInt32LE(at + 4) | 0x10, at + 4);
  await writeFile(path, file);
}

const FALSE_KEYS: Record<string, { readonly options: readonly string[]; readonly spoil: (path: string) => Promise<void> }> = {
  'hevc.mp4': { options: HEVC, spoil: withoutKeyList },
  'vp9.mp4': { options: ['-c:v', 'libvpx-vp9', '-g', '100', '-cpu-used', '8'], spoil: withoutKeyList },
  'h264.mp4': { options: ['-c:v', 'libx264', '-g', '100'], spoil: withoutKeyList },
  'mpeg4.avi': { options: MPEG4, spoil: withAllKeys },
};

describe('an index that calls every picture a key frame', () => {
  it.each(Object.keys(FALSE_KEYS))(
    'is not believed: %s',
    async (name) => {
      const { spoil, ...kind } = FALSE_KEYS[name] ?? { options: [], spoil: withoutKeyList };
      const path = await makeBarredVideo({ path: join(dir, `spoilt-${name}`), frameCount: FRAMES, ...kind });
      await spoil(path);
      await expectRight(await probed(path));
    },
    60_000,
  );
});

describe('a recording that begins in the middle of a group of pictures', () => {
  it('reports that its first pictures are damaged, and gives the others', async () => {
    const whole = await makeBarredVideo({ path: join(dir, 'whole.ts'), frameCount: FRAMES, options: LONG_GROUPS['open-hevc.ts'] ?? [] });
    const bytes = await readFile(whole);
    const path = join(dir, 'cut.ts');
    await writeFile(path, bytes.subarray(188 * Math.floor(bytes.length / 188 / 4)));
    const video = await probed(path);
    const first = FRAMES - video.probe.frameCount;
    expect(video.probe.notes.join()).toMatch(/begins in the middle of a group of pictures: its first \d+ frames are damaged/);
    const frames = [150, 249];
    expect(await Promise.all(frames.map((number) => frameNumbers(video, [number - first])))).toEqual(frames.map((number) => [number]));
  }, 60_000);
});

describe('a copied clip', () => {
  it.each(['ts', 'mp4'])(
    'begins at the key frame at or before its first frame, and has no time code: .%s',
    async (ending) => {
      const keys = 'expr:eq(n,0)+eq(n,70)+eq(n,150)+eq(n,212)';
      const options = [
        '-c:v',
        'libx264',
        '-force_key_frames',
        keys,
        '-sc_threshold',
        '0',
        '-g',
        '250',
        '-bf',
        '2',
        '-pix_fmt',
        'yuv420p',
        ...(ending === 'mp4' ? ['-timecode', '00:00:59:20'] : []),
      ];
      const video = await probed(await makeBarredVideo({ path: join(dir, `keyed.${ending}`), frameCount: FRAMES, options }));
      const outDir = await mkdtemp(join(dir, 'copies-'));
      const all = [
        { startFrame: 0, endFrame: 70 },
        { startFrame: 90, endFrame: 170 },
        { startFrame: 170, endFrame: FRAMES },
      ];
      for (const mode of ['copy', 'exact'] as const) {
        const shots = mode === 'copy' ? all : all.slice(1, 2);
        const results = await cutClips(video, { mode, outDir, shots });
        expect(results.map((clip) => (clip.state === 'failed' ? clip.reason : clip.state))).toEqual(shots.map(() => 'written'));
        const paths = results.map(({ file }) => join(outDir, file));
        for (const [index, numbers] of (await numbersInEach(paths, dir)).entries()) {
          const { startFrame, endFrame } = shots[index] ?? { startFrame: 0, endFrame: 0 };
          expect(numbers[0]).toBe(mode === 'copy' ? [0, 70, 150][index] : startFrame);
          expect(numbers).toEqual(expect.arrayContaining(range(startFrame, endFrame)));
          expect((await readFile(paths[index] ?? '')).includes('tmcd')).toBe(false);
        }
      }
    },
    60_000,
  );
});
