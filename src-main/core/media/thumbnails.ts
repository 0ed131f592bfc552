import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from '#core/base/files/leftovers.ts';
import { makeFolder } from '#core/base/files/make-folder.ts';
import { framesPerSecond, type FrameClock } from '#shared/domain/time.ts';
import { SpriteInfo, type VideoProbe } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import { readRegularFile } from '#core/base/files/regular-file.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { JPEG_ENCODER, jpegSizeFilter } from './jpeg.ts';
import { corruptError, requireSuccess, toMediaError } from './media-errors.ts';
import { mapPictures, pictureOptions } from './picture-stream.ts';

export interface SpritesRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly display: Pick<VideoProbe, 'displayWidth' | 'displayHeight' | 'stream'>;
  readonly clock: FrameClock;
  /** Replaced as a whole when the sheets are done; until then an older set stays. */
  readonly outDir: string;
  readonly signal: AbortSignal;
  /** Asked before the sheets take their place; throws when they were drawn from another file. */
  readonly requireUnchanged?: () => Promise<void>;
  /** 0..1 */
  readonly onProgress?: (fraction: number) => void;
}

const TILE_WIDTH = 160;
const COLUMNS = 10;
const ROWS = 10;
const MAX_TILES = 600;
const TILES_PER_SECOND = 4;
/** A strip of 10 rows must stay below the 65,535 lines that a JPEG may have. */
const MAX_TILE_HEIGHT = 6000;
const INFO_FILE = 'sprite.json';

/** Four tiles a second where that stays within 600; fewer for longer videos. Returns frames from tile to tile. */
export function spriteInterval({ rate, frameCount }: FrameClock): number {
  return Math.max(1, Math.round(framesPerSecond(rate) / TILES_PER_SECOND), Math.ceil(frameCount / MAX_TILES));
}

export function spriteSheetName(sheet: number): string {
  return `sprite-${sheet}.jpg`;
}

/**
 * Draws thumbnails of a video in one decoding pass: sheets of 10×10 tiles, `sprite-0.jpg`, `sprite-1.jpg`, …, with their geometry in
 * `sprite.json`. Tile i shows exactly frame `i * intervalFrames`.
 * Throws `media-corrupt`, `disk-full`, `tool-missing`, `cancelled`; then `outDir` is as it was.
 */
export async function makeSprites(request: SpritesRequest): Promise<SpriteInfo> {
  const { path, outDir } = request;
  const workDir = temporaryName(outDir);
  try {
    makeFolder(workDir);
    const info = await drawSheets(request, workDir);
    await request.requireUnchanged?.();
    await writeFile(join(workDir, INFO_FILE), JSON.stringify(info));
    await rm(outDir, { recursive: true, force: true });
    await rename(workDir, outDir);
    return info;
  } catch (error) {
    throw toMediaError(error, path);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** A few numbers; the cache of a project from elsewhere may hold anything under this name. */
const MAX_INFO_BYTES = 100_000;

/** Geometry of the sheets in `outDir`; null when there are none. */
export async function readSpriteInfo(outDir: string): Promise<SpriteInfo | null> {
  try {
    const json: unknown = JSON.parse((await readRegularFile(join(outDir, INFO_FILE), MAX_INFO_BYTES)).toString('utf8'));
    return SpriteInfo.parse(json);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function drawSheets(request: SpritesRequest, workDir: string): Promise<SpriteInfo> {
  const { ffmpeg, path, clock, signal, onProgress } = request;
  const { displayWidth, displayHeight, stream } = request.display;
  const intervalFrames = spriteInterval(clock);
  const tileHeight = Math.min(MAX_TILE_HEIGHT, Math.max(2, Math.round((TILE_WIDTH * displayHeight) / displayWidth)));
  const tiles = [`select='not(mod(n\\,${intervalFrames}))'`, jpegSizeFilter(TILE_WIDTH, tileHeight), `tile=${COLUMNS}x${ROWS}`].join(',');
  const passthrough = [...mapPictures(stream), '-fps_mode', 'passthrough'];
  const report = await ffmpeg.writeFiles({
    inputPath: path,
    inputOptions: pictureOptions(stream, []),
    cwd: workDir,
    outputs: [
      // Only there to be counted: progress is that of the first output, and a sheet comes once in a hundred tiles.
      { target: '-', options: [...passthrough, '-f', 'null'] },
      { target: 'sprite-%d.jpg', options: [...passthrough, '-vf', tiles, ...JPEG_ENCODER, '-start_number', '0', '-f', 'image2'] },
    ],
    signal,
    onProgress: ({ frame }) => onProgress?.(Math.min(1, frame / clock.frameCount)),
  });
  requireSuccess(report, path, words('media.noThumbnails'));
  const frames = Math.min(report.lastProgress?.frame ?? 0, clock.frameCount);
  const tileCount = Math.ceil(frames / intervalFrames);
  const sheets = (await readdir(workDir)).length;
  if (tileCount === 0 || sheets < Math.ceil(tileCount / (COLUMNS * ROWS))) throw corruptError(path, words('media.noThumbnails'));
  return { tileWidth: TILE_WIDTH, tileHeight, columns: COLUMNS, rows: ROWS, intervalFrames, tileCount };
}
