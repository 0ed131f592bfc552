import type { Ffmpeg } from './ffmpeg.ts';
import { requireSuccess } from './media-errors.ts';
import { readAll } from './tool-process.ts';
import { words } from '#shared/words/words.ts';

/**
 * Decodes the last group of pictures of a file: ffmpeg jumps to the key frame before its last second, and stops at the first fault.
 * @throws AppError `media-corrupt` with what is wrong, `media-missing`, `tool-missing`, `cancelled`
 */
export async function decodeEnd(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<void> {
  const faults = ['-xerror', '-err_detect', 'explode'];
  const args = ['-map', '0:v:0', '-f', 'rawvideo', '-vf', 'scale=16:16', 'pipe:1'];
  const { output, exit } = await readAll(
    await ffmpeg.stream({ input: { path, options: [...faults, '-sseof', '-1'] }, args, log: 'error', signal }),
  );
  requireSuccess(exit, path, words('media.endNotDecodable'));
  if (output.length === 0) requireSuccess({ ...exit, code: 1 }, path, words('media.endNotDecodable'));
}
