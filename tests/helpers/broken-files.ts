import { copyFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNever } from '#shared/assert.ts';
import { makeGoldenVideo } from './golden-videos.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

/**
 * `truncated`: an MP4 whose index promises 100 frames, cut off in its middle. `no-index`: an MP4 cut off before its index, which stands
 * at the end. `noise`: an MP4 whose frames are noise. `zero-frames`: one that announces a video and holds none of it. `text`: words in a
 * file named .mp4.
 */
export const BROKEN_KINDS = ['truncated', 'no-index', 'noise', 'zero-frames', 'empty', 'text', 'audio-only'] as const;
export type BrokenKind = (typeof BROKEN_KINDS)[number];

/** Makes a file in `dir` that is no whole video, as people meet them; returns its path. */
export async function makeBrokenFile(kind: BrokenKind, dir: string): Promise<string> {
  const path = join(dir, kind === 'audio-only' ? 'audio-only.m4a' : `${kind}.mp4`);
  switch (kind) {
    case 'empty':
      await writeFile(path, '');
      return path;
    case 'text':
      await writeFile(path, 'These are words, not pictures.\n'.repeat(40));
      return path;
    case 'audio-only':
      await runFfmpeg(['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2', '-c:a', 'aac', path]);
      return path;
    case 'zero-frames':
      await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-frames:v', '0', '-c:v', 'libx264', '-movflags', 'empty_moov', path]);
      return path;
    case 'truncated':
      await makeTruncated(path);
      return path;
    case 'no-index': {
      const bytes = await indexLast();
      await writeFile(path, bytes.subarray(0, bytes.indexOf('moov') - 100));
      return path;
    }
    case 'noise': {
      const bytes = await indexLast();
      for (let at = bytes.indexOf('mdat') + 4; at < bytes.indexOf('moov') - 4; at++) bytes[at] = (at * 2654435761) >>> 24;
      await writeFile(path, bytes);
      return path;
    }
    default:
      return assertNever(kind);
  }
}

async function makeTruncated(path: string): Promise<void> {
  await inScratchFolder(async (scratch) => {
    const whole = await makeGoldenVideo('no-audio', scratch);
    await copyFile(whole.path, path);
    await truncate(path, Math.floor((await stat(path)).size / 2));
  });
}

/** A whole small MP4 with its index (`moov`) behind its frames (`mdat`). */
async function indexLast(): Promise<Buffer> {
  return inScratchFolder(async (scratch) => {
    const whole = join(scratch, 'whole.mp4');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-c:v', 'libx264', whole]);
    return readFile(whole);
  });
}

async function inScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shotluck-broken-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
