import { stat } from 'node:fs/promises';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { openRegularFile, requireRegular } from '#core/base/files/regular-file.ts';
import { corruptError, quoted, reasonIn, toMediaError } from './media-errors.ts';
import { MAX_PIXELS } from '#shared/domain/video.ts';
import { MAX_STREAMS, tooManyPixels } from './media-limits.ts';
import type { ToolExit } from './tool-process.ts';

/** A file that ffmpeg or ffprobe is to read. */
export interface MediaInput {
  readonly path: string;
  /** Options that stand before `-i`. */
  readonly options?: readonly string[];
}

/**
 * The demuxers that may open a file, by ffmpeg's names: containers and streams of video that hold all of it themselves. Everything else that
 * ffmpeg knows is refused before it reads on, above all what names other files (playlists, lists of pictures, subtitle indices, scripts).
 * Names that an ffmpeg does not know do no harm.
 */
const VIDEO_FORMATS = [
  'mov',
  'matroska',
  'avi',
  'asf',
  'flv',
  'mpegts',
  'mpeg',
  'mpegvideo',
  'm4v',
  'mxf',
  'ogg',
  'dv',
  'gif',
  'yuv4mpegpipe',
  'h264',
  'hevc',
  'vvc',
  'obu',
  'av1',
  'ivf',
  'vc1',
  'mjpeg',
  'h263',
  'dirac',
  'nut',
  'gxf',
  'wtv',
  'rm',
] as const;

/** Also for formats of the list: references to other files stay unopened (`enable_drefs` of mov is off by default). */
const GUARDS = [
  ['-protocol_whitelist', 'file'],
  ['-format_whitelist', VIDEO_FORMATS.join(',')],
  ['-max_streams', String(MAX_STREAMS)],
  ['-max_pixels', String(MAX_PIXELS)],
].flat();

/** Options before `-i` that every run over a file has. */
export function guardedOptions({ options = [] }: MediaInput): string[] {
  return [...options, ...GUARDS];
}

/** `file:` keeps a colon or a dash in a name from being read as a protocol or an option. */
export function inputUrl({ path }: Pick<MediaInput, 'path'>): string {
  return `file:${path}`;
}

/** `-i` with all its safeguards. */
export function inputArgs(input: MediaInput): string[] {
  return [...guardedOptions(input), '-i', inputUrl(input)];
}

/**
 * Size of the file in bytes. Asked before each run: a pipe or a device in the place of a file would be waited for.
 * @throws AppError `media-missing`, `media-corrupt` for what is no file
 */
export async function requireMediaFile(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw corruptError(path, words('media.isFolder'), words('media.chooseInside'));
    requireRegular(found, path);
    return found.size;
  } catch (error) {
    throw error instanceof AppError && error.code === 'invalid-input'
      ? new AppError('media-corrupt', error.words, { cause: error })
      : toMediaError(error, path);
  }
}

/** What a refusal by one of the safeguards means; null: the run ended for another reason. */
export async function refusalOf({ code, stderrTail }: ToolExit, path: string): Promise<AppError | null> {
  if (code === 0) return null;
  if (stderrTail.includes('Format not on whitelist')) return notAVideo(path, stderrTail);
  if (stderrTail.includes('exceeds max_streams'))
    return new AppError('unsupported', words('media.tooManyStreams', { file: quoted(path), streams: MAX_STREAMS }));
  const [, width, height] = /picture size (\d+)x(\d+) (?:is invalid|exceeds)/i.exec(stderrTail) ?? [];
  if (Number(width) * Number(height) > MAX_PIXELS) return tooManyPixels(path, { width: Number(width), height: Number(height) });
  if (/cannot allocate memory/i.test(stderrTail)) return new AppError('unsupported', words('media.outOfMemory', { file: quoted(path) }));
  return null;
}

/** How lists of other files begin: M3U and HLS, ffmpeg's concat, SDP, VobSub, metadata, PLS. */
const LIST_BEGINNINGS = /^(?:#EXTM3U|ffconcat version|v=0\r?\n|# VobSub index|;FFMETADATA|\[(?:playlist|Reference)\])/i;
/** DASH, IMF, ASX, SMIL, behind what may stand before the root of XML. */
const LIST_ROOT = /^<(?:MPD|AssetMap|CompositionPlaylist|PackingList|asx|smil|playlist)\b/i;
const BEFORE_ROOT = /\s+|<\?xml[^>]*>|<!--[^]*?-->/iy;
/** A list for concat without its first line, behind blank lines and comments. */
const CONCAT_ENTRY = /^file\s/i;
const BEFORE_ENTRY = /\s+|#[^\n]*\n/y;

function isList(text: string): boolean {
  return LIST_BEGINNINGS.test(text) || LIST_ROOT.test(behind(text, BEFORE_ROOT)) || CONCAT_ENTRY.test(behind(text, BEFORE_ENTRY));
}

/** What follows when all that `piece` (sticky) takes has been left out, one after the other: repeated inside of a pattern, some text would be tried in endless ways. */
function behind(text: string, piece: RegExp): string {
  let at = 0;
  for (;;) {
    piece.lastIndex = at;
    if (!piece.test(text)) return text.slice(at);
    at = piece.lastIndex;
  }
}

/** Why a file is none that the studio opens, judged by its first bytes. */
export async function notAVideo(path: string, stderrTail: string): Promise<AppError> {
  const head = await readHead(path);
  const text = head.includes(0) ? null : head.toString('utf8').replace(/^\uFEFF/, '');
  if (text !== null && isList(text)) return new AppError('unsupported', words('media.isList', { file: quoted(path) }));
  if (text !== null) return corruptError(path, words('media.isText'), words('media.chooseVideoItself'));
  if (stderrTail.includes('Format not on whitelist'))
    return new AppError('unsupported', words('media.kindNotOpened', { file: quoted(path) }));
  const isMp4 = head.subarray(4, 8).toString('latin1') === 'ftyp';
  if (isMp4 && stderrTail.includes('moov atom not found')) return corruptError(path, words('media.mp4WithoutIndex'));
  return corruptError(path, words('media.notAVideo', { said: reasonIn(stderrTail) }));
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const file = await openRegularFile(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw toMediaError(error, path);
  }
}
