import { mkdtemp, rm, truncate, stat, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFrames, readFramesAt } from '#core/media/frame-reader.ts';
import { planFromStart, planSeek } from '#core/media/frame-seek.ts';
import { readStill } from '#core/media/frame-still.ts';
import { makeBrokenFile } from '../helpers/broken-files.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { jpegSize } from '../helpers/jpeg-size.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import {
  decodeAll,
  makeTrickyVideo,
  probed,
  testFfmpeg,
  TRICKY_VIDEOS,
  type ProbedVideo,
  type TrickyVideo,
} from '../helpers/media-files.ts';

const SIZE = { width: 64, height: 36 };
const ffmpeg = testFfmpeg();
const { signal } = new AbortController();

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-frames-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Index of the one frame that looks just like it. (Test videos change on every frame.) */
function indexIn(frames: readonly Buffer[], data: Uint8Array): number {
  return frames.findIndex((frame) => frame.equals(data));
}

async function collect(
  video: Pick<ProbedVideo, 'path'>,
  options: Partial<Parameters<typeof readFrames>[0]> = {},
): Promise<{ starts: number[]; frames: Uint8Array[] }> {
  const starts: number[] = [];
  const frames: Uint8Array[] = [];
  for await (const batch of readFrames({ ffmpeg, path: video.path, size: SIZE, signal, ...options })) {
    starts.push(batch.startFrame);
    expect(batch.data).toHaveLength(batch.count * SIZE.width * SIZE.height * 3);
    for (let index = 0; index < batch.count; index++) frames.push(batch.data.subarray(index * 6912, (index + 1) * 6912));
  }
  return { starts, frames };
}

describe('frame reader', () => {
  it('gives every frame once, in order, whatever the batch', async () => {
    const video = await makeGoldenVideo('variable-rate', dir);
    const truth = await decodeAll(video.path, SIZE, dir);
    expect(truth).toHaveLength(video.frameCount);
    for (const batchFrames of [1, 7, 1000]) {
      const { starts, frames } = await collect(video, { batchFrames });
      expect(frames.every((frame, index) => truth[index]?.equals(frame))).toBe(true);
      expect(frames).toHaveLength(video.frameCount);
      expect(starts).toEqual(Array.from({ length: Math.ceil(video.frameCount / batchFrames) }, (_, index) => index * batchFrames));
    }
  });

  it('turns pictures upright', async () => {
    const video = await probed((await makeGoldenVideo('rotated', dir)).path);
    const upright = { width: video.probe.displayWidth, height: video.probe.displayHeight };
    const truth = await decodeAll(video.path, upright, dir);
    for await (const picture of readFramesAt({ ffmpeg, ...video, frames: [50], size: upright, signal }))
      expect(truth[50]?.equals(picture.data)).toBe(true);
  });

  it('starts anywhere, by decoding or by a jump', async () => {
    const video = await probed(await makeTrickyVideo('ntsc', dir));
    const truth = await decodeAll(video.path, SIZE, dir);
    for (const seek of [undefined, video.clock]) {
      const { starts, frames } = await collect(video, { startFrame: 201, batchFrames: 10, ...(seek === undefined ? {} : { seek }) });
      expect(starts[0]).toBe(201);
      expect(frames.map((frame) => indexIn(truth, frame))).toEqual(truth.map((_, index) => index).slice(201));
    }
  });

  it('reports when a video gives fewer frames than it promised', async () => {
    const video = await makeGoldenVideo('no-audio', dir);
    const cut = join(dir, 'cut-after-import.mp4');
    await copyFile(video.path, cut);
    await truncate(cut, Math.floor((await stat(cut)).size / 2));
    const reported: number[] = [];
    const { frames } = await collect(
      { path: cut },
      { expectedFrames: video.frameCount, onShort: (framesRead) => reported.push(framesRead) },
    );
    expect(frames.length).toBeGreaterThan(0);
    expect(reported).toEqual([frames.length]);
  });

  it('names what went wrong when no frame comes', async () => {
    await expect(collect({ path: join(dir, 'gone.mp4') })).rejects.toMatchObject({
      code: 'media-missing',
      message: expect.stringContaining('gone.mp4'),
    });
    const text = await makeBrokenFile('text', dir);
    await expect(collect({ path: text })).rejects.toMatchObject({ code: 'media-corrupt', message: expect.stringContaining('text.mp4') });
  });

  it('stops when it is cancelled, and when its reader leaves', async () => {
    const video = await makeGoldenVideo('hard-cuts', dir);
    const controller = new AbortController();
    const cancelled = (async () => {
      for await (const batch of readFrames({ ffmpeg, path: video.path, size: SIZE, signal: controller.signal, batchFrames: 5 }))
        if (batch.startFrame === 20) controller.abort();
    })();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    let seen = 0;
    for await (const batch of readFrames({ ffmpeg, path: video.path, size: SIZE, signal, batchFrames: 5 })) {
      seen += batch.count;
      if (seen >= 10) break;
    }
    expect(seen).toBe(10);
  });
});

describe.each(Object.keys(TRICKY_VIDEOS) as TrickyVideo[])('frames of the video “%s”', (kind) => {
  it('are counted, and found exactly, one by one, together and as stills', async () => {
    const video = await probed(await makeTrickyVideo(kind, dir));
    const truth = await decodeAll(video.path, SIZE, dir);
    expect(video.probe).toMatchObject({
      frameCount: truth.length,
      isVariableRate: false,
      rate: kind === 'ntsc' ? { num: 30000, den: 1001 } : { num: 25, den: 1 },
    });
    if (kind === 'edit-list') expect(truth).toHaveLength(167);
    if (kind === 'late-start') expect(video.probe.startUs).toBe(100_000_000);
    const late = video.probe.frameCount - 1;
    const wanted = [100, 121];
    const found: number[] = [];
    for (const frame of wanted)
      for await (const picture of readFramesAt({ ffmpeg, ...video, frames: [frame], size: SIZE, signal }))
        found.push(indexIn(truth, picture.data));
    expect(found).toEqual(wanted);
    const together: [number, number][] = [];
    const list = [90, 91, 91, 140, late];
    for await (const picture of readFramesAt({ ffmpeg, ...video, frames: list, size: SIZE, signal }))
      together.push([picture.frame, indexIn(truth, picture.data)]);
    expect(together).toEqual(list.map((frame) => [frame, frame]));
    const still = await readStill({ ffmpeg, ...video, frame: late, maxWidth: 80, signal });
    expect(still.equals(await referenceStill(video, late))).toBe(true);
  });
});

describe('stills', () => {
  it('are exact where the rate varies', async () => {
    const video = await probed((await makeGoldenVideo('variable-rate', dir)).path);
    for (const frame of [0, 80, 99])
      expect((await readStill({ ffmpeg, ...video, frame, maxWidth: 80, signal })).equals(await referenceStill(video, frame))).toBe(true);
  });

  it('have square pixels, stand upright and are not enlarged', async () => {
    const wide = join(dir, 'wide.mkv');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=72x58:d=1', '-vf', 'setsar=64/45', '-c:v', 'libx264', wide]);
    const video = await probed(wide);
    expect(jpegSize(await readStill({ ffmpeg, ...video, frame: 3, maxWidth: 51, signal }))).toBe('51x29');
    expect(jpegSize(await readStill({ ffmpeg, ...video, frame: 3, maxWidth: 640, signal }))).toBe('102x58');
    const rotated = await probed((await makeGoldenVideo('rotated', dir)).path);
    expect(jpegSize(await readStill({ ffmpeg, ...rotated, frame: 3, maxWidth: 90, signal }))).toBe('90x160');
  });

  it('of a frame that is not there are refused', async () => {
    const video = await probed((await makeGoldenVideo('no-audio', dir)).path);
    await expect(readStill({ ffmpeg, ...video, frame: 500, maxWidth: 80, signal })).rejects.toMatchObject({
      code: 'media-corrupt',
      message: expect.stringContaining('frame 500'),
    });
  });
});

describe('jumps', () => {
  it('are not believed when the frame that comes out is another', async () => {
    const video = await probed(await makeTrickyVideo('late-start', dir));
    expect(await planSeek(ffmpeg, video, 150, signal)).not.toEqual(planFromStart(150, video.probe));
    // As if the video had been replaced by one that starts elsewhere.
    const shifted = { ...video, probe: { ...video.probe, startUs: video.startUs + 20_000 } };
    expect(await planSeek(ffmpeg, shifted, 150, signal)).toEqual(planFromStart(150, video.probe));
  });
});

/** The still of a frame counted from the start, made with the same scaling and encoder. */
function referenceStill(video: ProbedVideo, frame: number): Promise<Buffer> {
  // By this clock every frame is near the start, and nothing is jumped over.
  const clock = { rate: { num: 1_000_000, den: 1 }, frameCount: video.probe.frameCount };
  return readStill({ ffmpeg, ...video, probe: { ...video.probe, stream: null }, clock, frame, maxWidth: 80, signal });
}
