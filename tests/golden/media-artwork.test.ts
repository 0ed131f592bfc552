import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArtwork, readWaveform, removeVideoCache, saveWaveform, spriteSheetPath, spritesDir } from '#core/media/media-cache.ts';
import { makeSprites } from '#core/media/thumbnails.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { makeBrokenFile } from '../helpers/broken-files.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { decodeAll, probed, testFfmpeg } from '../helpers/media-files.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();
const videoId = VideoId.parse('01890000-0000-7000-8000-000000000001');

let dir = '';
let plainDir = '';
beforeAll(async () => {
  plainDir = await mkdtemp(join(tmpdir(), 'shotluck-artwork-'));
  dir = await mkdtemp(join(tmpdir(), 'shotluck 100%d artwork-'));
});
afterAll(() => Promise.all([dir, plainDir].map((each) => rm(each, { recursive: true }))));

describe('thumbnails', () => {
  it('show in tile i the frame i × interval', async () => {
    const video = await probed((await makeGoldenVideo('hard-cuts', dir)).path);
    const cacheDir = join(dir, 'cache');
    const fractions: number[] = [];
    const info = await makeSprites({
      ffmpeg,
      ...video,
      display: video.probe,
      outDir: spritesDir(cacheDir, videoId),
      signal,
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(info).toEqual({ tileWidth: 160, tileHeight: 90, columns: 10, rows: 10, intervalFrames: 6, tileCount: 72 });
    expect(fractions.at(-1)).toBe(1);
    expect(await readArtwork(cacheDir, videoId)).toEqual({ sprite: info, waveform: null });

    const size = { width: 160, height: 90 };
    const frames = await decodeAll(video.path, size, dir);
    // ffmpeg would read the % of the folder's name as a pattern of picture files.
    const sheetFile = join(plainDir, 'sheet.jpg');
    await copyFile(spriteSheetPath(cacheDir, videoId, 0), sheetFile);
    const [sheet] = await decodeAll(sheetFile, { width: 1600, height: 900 }, plainDir);
    for (const tile of [0, 9, 10, 35, 71]) {
      const differences = frames.map((frame) => meanDifference(frame, tileOf(sheet ?? Buffer.alloc(0), tile)));
      const nearest = differences.indexOf(Math.min(...differences));
      expect(nearest).toBe(tile * info.intervalFrames);
      expect(differences[nearest]).toBeLessThan(6);
    }
  });

  it('go on over several sheets, with the aspect of the screen', async () => {
    const path = join(dir, 'tall.mp4');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=90x160:r=8:d=60', '-c:v', 'libx264', '-preset', 'ultrafast', path]);
    const video = await probed(path);
    const outDir = join(dir, 'tall');
    const info = await makeSprites({ ffmpeg, ...video, display: video.probe, outDir, signal });
    expect(info).toMatchObject({ tileHeight: 284, intervalFrames: 2, tileCount: 240 });
    expect((await readdir(outDir)).sort()).toEqual(['sprite-0.jpg', 'sprite-1.jpg', 'sprite-2.jpg', 'sprite.json']);
  });

  it('that fail or are cancelled leave the old ones, and nothing else', async () => {
    const video = await probed(join(dir, 'tall.mp4'));
    const outDir = join(dir, 'tall');
    const before = await readdir(dir);
    await expect(makeSprites({ ffmpeg, ...video, display: video.probe, outDir, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const controller = new AbortController();
    const running = makeSprites({ ffmpeg, ...video, display: video.probe, outDir, signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    const path = await makeBrokenFile('text', dir);
    await expect(makeSprites({ ffmpeg, ...video, path, display: video.probe, outDir, signal })).rejects.toMatchObject({
      code: 'media-corrupt',
    });
    expect(await readdir(outDir)).toHaveLength(4);
    expect((await readdir(dir)).filter((name) => !before.includes(name))).toEqual(['text.mp4']);
  });
});

describe('waveform', () => {
  /** Silence, one second of a loud tone, silence; and pictures for six seconds. */
  async function toneVideo(name: string, toneAtSeconds: number, offsets: readonly string[] = []): Promise<string> {
    const path = join(dir, name);
    const tone = `aevalsrc='0.5*sin(2*PI*440*t)*between(t,${toneAtSeconds},${toneAtSeconds + 1})':s=44100:d=5`;
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x64:r=25:d=6',
      ...offsets,
      '-f',
      'lavfi',
      '-i',
      tone,
      '-c:v',
      'libx264',
      '-c:a',
      'aac',
      path,
    ]);
    return path;
  }

  it.each([
    ['begins with the pictures', 'tone.mp4', [], 2],
    ['begins after them', 'tone-late.mkv', ['-itsoffset', '0.7'], 2.7],
    ['begins before them', 'tone-early.mkv', ['-itsoffset', '-0.6'], 1.4],
  ] as const)('is aligned with the first picture where the audio %s', async (_, name, offsets, expectedAt) => {
    const video = await probed(await toneVideo(name, 2, offsets));
    const peaks = await makeWaveform({ ffmpeg, ...video, signal });
    const loud = [...(peaks ?? [])].flatMap((peak, index) => (peak > 60 ? [index] : []));
    expect(Math.abs((loud[0] ?? 0) - expectedAt * 50)).toBeLessThanOrEqual(2);
    expect(Math.abs((loud.at(-1) ?? 0) - (expectedAt + 1) * 50)).toBeLessThanOrEqual(2);
    expect(loud.length).toBeGreaterThan(47);
    for (const index of loud.slice(2, -2)) expect(peaks?.[index]).toBeGreaterThan(110);
    expect(Math.max(...(peaks?.slice(0, (loud[0] ?? 0) - 3) ?? [255]))).toBeLessThan(5);
    expect(peaks?.length).toBeLessThanOrEqual(300);
  });

  it('is nothing without audio, and is kept in the cache', async () => {
    const silent = await probed((await makeGoldenVideo('no-audio', dir)).path);
    expect(await makeWaveform({ ffmpeg, ...silent, signal })).toBeNull();
    const cacheDir = join(dir, 'cache of waves');
    expect(await readWaveform(cacheDir, videoId)).toBeNull();
    await saveWaveform(cacheDir, videoId, Uint8Array.of(1, 2, 3));
    expect([...((await readWaveform(cacheDir, videoId)) ?? [])]).toEqual([1, 2, 3]);
    expect(await readArtwork(cacheDir, videoId)).toEqual({ sprite: null, waveform: { peaksPerSecond: 50, peakCount: 3 } });
    await removeVideoCache(cacheDir, videoId);
    expect(await readArtwork(cacheDir, videoId)).toEqual({ sprite: null, waveform: null });
  });

  it('can be cancelled, and names a video that is gone', async () => {
    const video = await probed(join(dir, 'tone.mp4'));
    await expect(makeWaveform({ ffmpeg, ...video, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(makeWaveform({ ffmpeg, ...video, path: join(dir, 'gone.mp4'), signal })).rejects.toMatchObject({ code: 'media-missing' });
  });
});

/** Packed RGB24 of one tile of a sheet of ten by ten. */
function tileOf(sheet: Buffer, tile: number): Buffer {
  const [column, row] = [tile % 10, Math.floor(tile / 10)];
  return Buffer.concat(
    Array.from({ length: 90 }, (_, line) => {
      const at = ((row * 90 + line) * 1600 + column * 160) * 3;
      return sheet.subarray(at, at + 160 * 3);
    }),
  );
}

function meanDifference(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 7) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / (a.length / 7);
}
