import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFfmpeg, type Ffmpeg } from '#core/media/ffmpeg.ts';
import { readFrames, readFramesAt } from '#core/media/frame-reader.ts';

const SIZE = { width: 64, height: 36 };
const FRAME_BYTES = 64 * 36 * 3;
const { signal } = new AbortController();

let dir = '';
let video = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-reader-'));
  video = join(dir, 'video.mp4');
});
afterAll(() => rm(dir, { recursive: true }));

/** Stands in for ffmpeg where the real one cannot be made to misbehave. */
async function ffmpegThat(does: string): Promise<Ffmpeg> {
  const path = join(dir, 'ffmpeg.sh');
  await writeFile(path, `#!/bin/sh\n${does}\n`);
  await chmod(path, 0o755);
  await writeFile(video, 'what it reads does not matter');
  return createFfmpeg({ ffmpegPath: path, ffprobePath: 'ffprobe' });
}

describe.skipIf(process.platform === 'win32')('frame reader with an ffmpeg that', () => {
  it('is killed half-way: does not take that for the end of the video', async () => {
    const ffmpeg = await ffmpegThat(`head -c ${FRAME_BYTES * 5} /dev/zero; kill -9 $$`);
    let count = 0;
    const reading = (async () => {
      for await (const batch of readFrames({ ffmpeg, path: video, size: SIZE, signal, batchFrames: 2 })) count += batch.count;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('stopped by the system') });
    expect(count).toBe(5);
  });

  it('logs in an unknown way: counts from the start rather than wait for ever', async () => {
    const ffmpeg = await ffmpegThat(`case "$*" in *-ss*) yes | head -c ${FRAME_BYTES * 40};; *) head -c ${FRAME_BYTES} /dev/zero;; esac`);
    const clock = { rate: { num: 25, den: 1 }, frameCount: 200 };
    const pictures = [];
    for await (const picture of readFramesAt({
      ffmpeg,
      path: video,
      clock,
      probe: { container: '', startUs: 0, stream: null, videoCodec: '', notes: [] },
      frames: [100],
      size: SIZE,
      signal,
    }))
      pictures.push(picture);
    expect(pictures).toHaveLength(1);
    expect(pictures[0]?.data.every((value) => value === 0)).toBe(true);
  });

  it('tears a frame at its end: leaves that frame out and says so', async () => {
    const ffmpeg = await ffmpegThat(`head -c ${FRAME_BYTES * 3 + 100} /dev/zero; echo "[h264 @ 0x1] broken slice" >&2`);
    const reported: [number, string][] = [];
    const onShort = (framesRead: number, reason: string): void => void reported.push([framesRead, reason]);
    let count = 0;
    for await (const batch of readFrames({ ffmpeg, path: video, size: SIZE, signal, expectedFrames: 10, onShort })) count += batch.count;
    expect(count).toBe(3);
    expect(reported).toEqual([[3, 'broken slice']]);
  });
});
