import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClipResult } from '#core/media/clip-writer.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import { readStill } from '#core/media/frame-still.ts';
import { readModelClip } from '#core/media/model-clip.ts';
import { makeSprites } from '#core/media/thumbnails.ts';
import { BARRED_SIZE, damagePackets, makeBarredVideo, numberIn } from '../helpers/barred-video.ts';
import { beginnings, playEach } from '../helpers/audio-beginnings.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { frameNumbers, numbersInEach, range } from '../helpers/frame-numbers.ts';
import { cutClips, decodeAll, probed, testFfmpeg, type ProbedVideo } from '../helpers/media-files.ts';
import { saying } from '../helpers/saying.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-g', '25', '-pix_fmt', 'yuv420p'];

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-odd-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function inOrder(video: ProbedVideo): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { count, data } of readFrames({ ffmpeg, path: video.path, probe: video.probe, size: BARRED_SIZE, signal }))
    for (const index of range(0, count)) numbers.push(numberIn(data.subarray(index * BARRED_SIZE.width * BARRED_SIZE.height * 3)));
  return numbers;
}

interface WrittenClip {
  readonly clip: ClipResult;
  readonly path: string;
  readonly numbers: readonly number[];
}

async function clips(video: ProbedVideo, bounds: readonly number[]): Promise<WrittenClip[]> {
  const outDir = await mkdtemp(join(dir, 'clips-'));
  const shots = bounds.slice(1).map((endFrame, index) => ({ startFrame: bounds[index] ?? 0, endFrame }));
  const results = await cutClips(video, { outDir, shots });
  expect(results.map((clip) => [clip.state, clip.state === 'failed' ? clip.reason : ''])).toEqual(shots.map(() => ['written', '']));
  const paths = results.map(({ file }) => join(outDir, file));
  const numbers = await numbersInEach(paths, dir);
  return results.map((clip, index) => ({ clip, path: paths[index] ?? '', numbers: numbers[index] ?? [] }));
}

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [index, seconds] of wanted.entries()) expect(Math.abs((found[index] ?? 0) - seconds)).toBeLessThan(0.08);
}

async function joinFiles(target: string, parts: readonly string[]): Promise<string> {
  await writeFile(target, '');
  for (const part of parts) await appendFile(target, await readFile(part));
  return target;
}

describe('a picture size, or a pixel format, that changes in the middle', () => {
  it.each([
    ['another size', 'mkv', ['192x108'], ['384x216']],
    ['another size', 'ts', ['192x108'], ['384x216']],
    ['another pixel format', 'ts', ['192x108'], ['192x108', '-pix_fmt', 'yuv444p']],
  ] as const)(
    'leaves every frame its number: %s in .%s',
    async (name, ending, first, second) => {
      const base = join(dir, `${name.replaceAll(' ', '-')}-${ending}`);
      const part = (at: number, [size = '', ...options]: readonly string[]): Promise<string> =>
        makeBarredVideo({
          path: `${base}-${at}.ts`,
          size,
          first: at,
          frameCount: at === 0 ? 110 : 90,
          options: [...X264, ...options, '-output_ts_offset', String(at / 25)],
        });
      const joined = await joinFiles(`${base}.ts`, [await part(0, first), await part(110, second)]);
      if (ending === 'mkv') await runFfmpeg(['-i', joined, '-c', 'copy', `${base}.mkv`]);
      const video = await probed(`${base}.${ending}`);
      expect(video.probe).toMatchObject({ frameCount: 200, isVariableRate: false, rate: { num: 25, den: 1 } });
      expect(await inOrder(video)).toEqual(range(0, 200));
      expect(await frameNumbers(video, [112, 130, 180])).toEqual([112, 130, 180]);
      const written = await clips(video, [80, 130, 200]);
      expect(written.map(({ numbers }) => numbers)).toEqual([range(80, 130), range(130, 200)]);
      const modelClip = `${base}-model.mp4`;
      await writeFile(
        modelClip,
        await readModelClip({ ffmpeg, ...video, range: { startFrame: 100, endFrame: 120 }, maxSizePx: 192, signal }),
      );
      expect((await decodeAll(modelClip, BARRED_SIZE, dir)).map(numberIn)).toEqual(range(100, 120));
      const sprites = await makeSprites({
        ffmpeg,
        path: video.path,
        display: video.probe,
        clock: video.clock,
        outDir: `${base}-sprites`,
        signal,
      });
      expect(sprites.tileCount).toBe(Math.ceil(200 / sprites.intervalFrames));
    },
    60_000,
  );
});

describe('a clock that starts again in the middle', () => {
  async function joined(name: string, hasAudio: boolean, offsets: readonly [number, number] = [0, 0]): Promise<ProbedVideo> {
    const inputs = hasAudio ? ['-f', 'lavfi', '-i', 'sine=f=700:r=48000:d=0.3,apad=whole_dur=6'] : [];
    const options = [...X264, ...(hasAudio ? ['-map', '0:v', '-map', '1:a', '-c:a', 'aac', '-shortest'] : [])];
    const parts = [];
    for (const [index, offset] of offsets.entries())
      parts.push(
        await makeBarredVideo({
          path: join(dir, `${name}-${index}.ts`),
          frameCount: 150,
          first: index * 150,
          inputs,
          options: [...options, '-output_ts_offset', String(offset)],
        }),
      );
    return probed(await joinFiles(join(dir, `${name}.ts`), parts));
  }

  it.each([
    ['with audio', true, [0, 0]],
    ['without audio', false, [0, 0]],
    ['that leaps ahead', true, [0, 3600]],
  ] as const)(
    'is put in a row: %s',
    async (name, hasAudio, offsets) => {
      const video = await joined(name.replaceAll(' ', '-'), hasAudio, offsets);
      expect(video.probe).toMatchObject({ frameCount: 300, isVariableRate: false, rate: { num: 25, den: 1 }, durationUs: 12_000_000 });
      expect(video.probe.notes.join()).toContain('timestamps restart');
      expect(await inOrder(video)).toEqual(range(0, 300));
      expect(await frameNumbers(video, [200])).toEqual([200]);
      const written = await clips(video, [0, 75, 150, 230]);
      expect(written.map(({ numbers }) => numbers)).toEqual([range(0, 75), range(75, 150), range(150, 230)]);
      const copies = await cutClips(video, {
        mode: 'copy',
        outDir: join(dir, `${name}-copies`),
        shots: [{ startFrame: 150, endFrame: 230 }],
      });
      expect(copies).toMatchObject([{ state: 'failed', reason: saying('use the exact mode') }]);
      if (!hasAudio) return;
      expectNear(await beginnings(video), [0, 6]);
      const [before, across, behind] = written.map(({ path }) => path);
      expect((await probed(across ?? '')).probe.notes).toEqual([]);
      for (const played of await playEach([before ?? '', behind ?? ''], BARRED_SIZE, dir)) expectNear(played.beginnings, [0]);
    },
    60_000,
  );
});

describe('audio whose channels change in the middle', () => {
  it.each(['ts', 'mkv'])(
    'keeps its place in .%s',
    async (ending) => {
      const tone = '0.4*sin(2*PI*700*t)*lt(mod(t,4),0.3)';
      const part = async (layout: string, channels: number): Promise<string> => {
        const path = join(dir, `${layout}-${ending}.ac3`);
        await runFfmpeg([
          '-f',
          'lavfi',
          '-i',
          `aevalsrc='${Array.from({ length: channels }, () => tone).join('|')}':c=${layout}:s=48000:d=4`,
          '-c:a',
          'ac3',
          path,
        ]);
        return path;
      };
      const audio = await joinFiles(join(dir, `both-${ending}.ac3`), [await part('stereo', 2), await part('5.1', 6)]);
      const options = ['-map', '0:v', '-map', '1:a', ...X264, '-c:a', 'copy'];
      const video = await probed(
        await makeBarredVideo({ path: join(dir, `layout.${ending}`), frameCount: 200, inputs: ['-i', audio], options }),
      );
      expectNear(await beginnings(video), [0, 4]);
      const written = await clips(video, [0, 80, 120, 200]);
      expect(written[1]?.clip).toMatchObject({ notes: [expect.stringContaining('mixed to stereo')] });
      const [before, across, behind] = written.map(({ path }) => path);
      for (const path of [across, behind]) expect((await probed(path ?? '')).probe.notes).toEqual([]);
      const played = await playEach([before ?? '', across ?? ''], BARRED_SIZE, dir);
      expectNear(played[0]?.beginnings ?? [], [0]);
      expectNear(played[1]?.beginnings ?? [], [0.8]);
    },
    60_000,
  );
});

describe('a last picture that stays', () => {
  async function slides(ending: string, frames: number, lengthS = 20): Promise<string> {
    const options = ['-vf', "settb=1/1000,setpts='N*2000'", '-fps_mode', 'passthrough', '-enc_time_base', '1/1000', ...X264];
    const even = await makeBarredVideo({ path: join(dir, `even-${frames}.mp4`), frameCount: frames, options });
    const path = join(dir, `slides-${frames}.${ending}`);
    const last = `duration='if(eq(N,${frames - 1}),${lengthS - 2 * (frames - 1)}/TB,DURATION)'`;
    const stays = join(dir, `stays-${frames}.mp4`);
    await runFfmpeg([
      '-i',
      even,
      '-f',
      'lavfi',
      '-i',
      'sine=d=20',
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c:v',
      'copy',
      '-c:a',
      'aac',
      '-bsf:v',
      `setts=pts=PTS:dts=DTS:${last}`,
      stays,
    ]);
    if (ending !== 'mp4') await runFfmpeg(['-i', stays, '-c', 'copy', path]);
    return ending === 'mp4' ? stays : path;
  }

  it.each([
    ['mp4', 3],
    ['mp4', 1],
    ['mkv', 3],
  ] as const)(
    'lasts as long as the file says: .%s of %i frames',
    async (ending, frames) => {
      const video = await probed(await slides(ending, frames));
      expect(video.probe.frameCount).toBe(frames);
      expect(Math.abs(video.probe.durationUs - 20_000_000)).toBeLessThan(50_000);
      const written = await clips(video, [0, frames]);
      expect(written[0]?.numbers).toEqual(range(0, frames));
      expect(Math.abs((await probed(written[0]?.path ?? '')).probe.durationUs - 20_000_000)).toBeLessThan(50_000);
    },
    60_000,
  );

  it('for more than a day, as an index says that is damaged, does not', async () => {
    const video = await probed(await slides('mp4', 4, 30 * 3600));
    expect(video.probe).toMatchObject({ frameCount: 4, durationUs: 8_000_000 });
  });
});

describe('streams beside the main one', () => {
  it.each(['mp4', 'mkv'])(
    'a single picture, or a small copy, before it in .%s is not the video',
    async (ending) => {
      const main = await makeBarredVideo({ path: join(dir, `main-${ending}.mp4`), size: '384x216', frameCount: 120, options: X264 });
      const small = await makeBarredVideo({
        path: join(dir, `small-${ending}.mp4`),
        size: '96x54',
        first: 1000,
        frameCount: 120,
        options: X264,
      });
      const thumb = join(dir, `thumb-${ending}.jpg`);
      await runFfmpeg(['-f', 'lavfi', '-i', 'color=red:s=96x54', '-frames:v', '1', '-pix_fmt', 'yuvj420p', thumb]);
      // MP4 marks the first stream when none is marked.
      for (const [first, mark] of [
        [thumb, '0'],
        [small, ending === 'mp4' ? 'default' : '0'],
      ] as const) {
        const path = join(dir, `two.${ending}`);
        const marks = ['-disposition:v:0', '0', '-disposition:v:1', mark];
        await runFfmpeg(['-i', first, '-i', main, '-map', '0', '-map', '1', '-c', 'copy', ...marks, path]);
        const video = await probed(path);
        expect(video.probe).toMatchObject({ frameCount: 120, width: 384, notes: [expect.stringContaining('2 video streams')] });
        expect(await frameNumbers(video, [110])).toEqual([110]);
        expect((await clips(video, [60, 120]))[0]?.numbers).toEqual(range(60, 120));
      }
    },
    60_000,
  );

  it.each([
    ['second', 'ac-3', 'dac3'],
    ['first', 'mp4a', 'esds'],
  ])(
    'an unknown audio track, the %s, costs nothing but itself',
    async (_, codec, box) => {
      const tones = ['-f', 'lavfi', '-i', 'sine=f=700:r=48000:d=4.8'];
      const options = ['-map', '0:v', '-map', '1:a', '-map', '1:a', ...X264, '-c:a:0', 'aac', '-c:a:1', 'ac3'];
      const path = await makeBarredVideo({ path: join(dir, `unknown-${codec}.mov`), frameCount: 120, inputs: tones, options });
      const bytes = (await readFile(path)).toString('latin1');
      await writeFile(path, Buffer.from(bytes.replaceAll(codec, 'apac').replaceAll(box, 'free'), 'latin1'));
      const video = await probed(path);
      expect(video.probe.notes.join()).toMatch(/Audio track \d \(.*\) cannot be decoded/);
      const written = await clips(video, [0, 60, 120]);
      for (const { clip } of written) expect(clip).toMatchObject({ notes: [expect.stringMatching(/Without audio track \d/)] });
      const paths = written.map((each) => each.path);
      for (const played of await playEach(paths, BARRED_SIZE, dir)) expectNear(played.beginnings, [0]);
      expect((await probed(paths[1] ?? '')).probe.audioTracks).toHaveLength(1);
      expectNear(await beginnings(video), [0]);
    },
    60_000,
  );

  it('more channels than AAC can hold become two', async () => {
    const tone = '0.4*sin(2*PI*700*t)';
    const inputs = ['-f', 'lavfi', '-i', `aevalsrc='${Array.from({ length: 24 }, () => tone).join('|')}':s=48000:d=2`];
    const video = await probed(
      await makeBarredVideo({
        path: join(dir, 'many.mov'),
        frameCount: 50,
        inputs,
        options: ['-map', '0:v', '-map', '1:a', ...X264, '-c:a', 'pcm_s16le'],
      }),
    );
    expect(video.probe.notes.join()).toContain('has 24 channels');
    const [clip] = await clips(video, [0, 50]);
    const made = await probed(clip?.path ?? '');
    expect(made.probe.audioTracks).toMatchObject([{ channels: 2 }]);
    expectNear(await beginnings(made), [0]);
  }, 60_000);
});

describe('packets that are no frames', () => {
  it.each(['mjpeg', 'prores_ks', 'dnxhd'])(
    'a damaged one of %s is found out when frames are counted by decoding',
    async (codec) => {
      const size = codec === 'dnxhd' ? '1280x720' : '192x108';
      const format = codec === 'mjpeg' ? 'yuvj420p' : codec === 'dnxhd' ? 'yuv422p' : 'yuv422p10le';
      const path = await makeBarredVideo({
        path: join(dir, `${codec}.mov`),
        size,
        frameCount: 100,
        options: ['-c:v', codec, ...(codec === 'dnxhd' ? ['-b:v', '90M'] : []), '-pix_fmt', format],
      });
      await damagePackets(path, [20]);
      const listed = await probed(path);
      const { frameCount } = listed.probe;
      expect(await frameNumbers(listed, [10])).toEqual([10]);
      await expect(frameNumbers(listed, [50])).rejects.toMatchObject({
        code: 'media-corrupt',
        message: expect.stringContaining('frame 50'),
      });
      await expect(readStill({ ffmpeg, ...listed, frame: 50, maxWidth: 64, signal })).rejects.toMatchObject({ code: 'media-corrupt' });
      const video = await probed(path, { isDecoded: true });
      const shown = await inOrder(video);
      expect([frameCount, video.probe.frameCount, shown.length]).toEqual([100, 99, 99]);
      expect(video.clock.ptsUs?.[20]).toBe(21 * 40_000);
      expect(await frameNumbers(video, [50])).toEqual([51]);
    },
    60_000,
  );
});
