import type { Rational } from '#shared/domain/time.ts';
import type { FileRequest } from './audio-tracks.ts';
import { readAll } from './tool-process.ts';

interface StoredPictures {
  /** Of the stream. */
  readonly index: number;
  readonly codec: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly rate: Rational;
}

/** Broadcasts have 50 or 60 fields a second, each half as high as the picture. */
const MIN_FIELDS_PER_SECOND = 45;
const MIN_WIDTH_OF_FIELD = 2.2;

/**
 * Interlaced HEVC stores each field as a picture of its own (`field_seq_flag` in its parameter sets, ITU-T H.265 annex E), and ffmpeg gives them as such. Only files
 * that look like it are asked.
 */
export async function fieldNotes({ ffmpeg, path, signal }: FileRequest, pictures: StoredPictures): Promise<string[]> {
  const { index, codec, width, height, rate } = pictures;
  if (codec !== 'hevc' || width < MIN_WIDTH_OF_FIELD * height || rate.num < MIN_FIELDS_PER_SECOND * rate.den) return [];
  let areFields = false;
  const args = ['-map', `0:${index}`, '-c', 'copy', '-bsf:v', 'trace_headers', '-frames:v', '1', '-f', 'null', '-'];
  const onStderrLine = (line: string): void => void (areFields ||= line.endsWith('= 1') && /\bfield_seq_flag\b/.test(line));
  const { exit } = await readAll(await ffmpeg.stream({ input: { path }, args, effort: 'head', log: 'info', signal, onStderrLine }));
  if (exit.failure !== null) throw exit.failure;
  return areFields
    ? [
        'Its frames are stored as fields, which have every other line (interlaced HEVC): each field counts as a frame, half as high as the image.',
      ]
    : [];
}
