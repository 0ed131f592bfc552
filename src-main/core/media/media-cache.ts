import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '#core/base/files/write-whole.ts';
import { makeFolder } from '#core/base/files/make-folder.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoArtwork } from '#shared/domain/video.ts';
import { readRegularFile } from '#core/base/files/regular-file.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { toMediaError } from './media-errors.ts';
import { readSpriteInfo, spriteSheetName } from './thumbnails.ts';
import { PEAKS_PER_SECOND } from './waveform.ts';

/**
 * What can be made again lies in `<project>/cache/<videoId>/`:
 *
 *     sprites/sprite.json, sprite-0.jpg, sprite-1.jpg, …
 *     waveform.bin       one byte per 1/50 s
 *
 * Both appear under their names only when they are complete.
 */
export function videoCacheDir(cacheDir: string, videoId: VideoId): string {
  return join(cacheDir, videoId);
}

/** `outDir` for `makeSprites`. */
export function spritesDir(cacheDir: string, videoId: VideoId): string {
  return join(videoCacheDir(cacheDir, videoId), 'sprites');
}

export function spriteSheetPath(cacheDir: string, videoId: VideoId, sheet: number): string {
  return join(spritesDir(cacheDir, videoId), spriteSheetName(sheet));
}

export function waveformPath(cacheDir: string, videoId: VideoId): string {
  return join(videoCacheDir(cacheDir, videoId), 'waveform.bin');
}

/** Keeps what `makeWaveform` gave. Throws `disk-full`. */
export async function saveWaveform(cacheDir: string, videoId: VideoId, peaks: Uint8Array): Promise<void> {
  const path = waveformPath(cacheDir, videoId);
  try {
    makeFolder(dirname(path));
    await writeWhole(path, peaks);
  } catch (error) {
    throw toMediaError(error, path);
  }
}

/** A day of peaks takes a few megabytes. */
const MAX_WAVEFORM_BYTES = 256 * 1024 * 1024;

/** Null when there is none yet, or no audio. */
export async function readWaveform(cacheDir: string, videoId: VideoId): Promise<Uint8Array | null> {
  try {
    return await readRegularFile(waveformPath(cacheDir, videoId), MAX_WAVEFORM_BYTES);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** What has been made so far, with its geometry. */
export async function readArtwork(cacheDir: string, videoId: VideoId): Promise<VideoArtwork> {
  const [sprite, peakCount] = await Promise.all([readSpriteInfo(spritesDir(cacheDir, videoId)), sizeOf(waveformPath(cacheDir, videoId))]);
  return { sprite, waveform: peakCount === null ? null : { peaksPerSecond: PEAKS_PER_SECOND, peakCount } };
}

/** Forgets everything that was made from a video, e.g. when its file was replaced by another. */
export function removeVideoCache(cacheDir: string, videoId: VideoId): Promise<void> {
  return rm(videoCacheDir(cacheDir, videoId), { recursive: true, force: true });
}

/** Ids as the studio makes them: whatever else somebody put into the cache is not ours to remove. */
const VIDEO_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;

/** Forgets what was made from videos that nobody knows any more. Returns how many those were. */
export async function sweepVideoCaches(cacheDir: string, known: ReadonlySet<string>): Promise<number> {
  // Links, also in the place of the cache itself, may lead anywhere.
  if (!(await lstat(cacheDir)).isDirectory()) return 0;
  const entries = await readdir(cacheDir, { withFileTypes: true });
  const gone = entries.filter((entry) => entry.isDirectory() && VIDEO_ID.test(entry.name) && !known.has(entry.name));
  for (const { name } of gone) await rm(join(cacheDir, name), { recursive: true, force: true });
  return gone.length;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
