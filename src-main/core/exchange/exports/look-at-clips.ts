import { isMissing } from '#core/base/files/file-errors.ts';
import { fileProblem, openRegularFile } from '#core/base/files/regular-file.ts';
import { fileInside } from '#core/base/files/safe-name.ts';
import { decodeEnd } from '#core/media/decode-end.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import { type Words, words } from '#shared/words/words.ts';
import type { RowCheck } from '../validate/check-rows.ts';
import { undecodable } from '../validate/file-rules.ts';

export interface ClipsParts {
  readonly ffmpeg: Ffmpeg;
  /** Where an export was written. */
  readonly folder: string;
  /** Names of clips within it, as the rows have them, and where those rows are from. */
  readonly clips: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** 0..1. */
  onProgress(fraction: number): void;
}

/** Decodes the end of each clip of an export that was written, one after another. */
export async function lookAtClips({ ffmpeg, folder, clips, signal, onProgress }: ClipsParts, check: RowCheck): Promise<void> {
  let done = 0;
  for (const [file, where] of clips) {
    signal.throwIfAborted();
    try {
      const target = await fileInside(folder, file);
      await (await openRegularFile(target)).close();
      await decodeEnd(ffmpeg, target, signal);
    } catch (error) {
      if (isCancelled(error)) throw error;
      check.found(undecodable, where, { reason: problemOf(error, file) });
    }
    onProgress(++done / clips.size);
  }
}

function problemOf(error: unknown, file: string): Words {
  if (isMissing(error)) return words('exchange.clipGone', { file });
  if (error instanceof AppError) return error.words;
  const problem = fileProblem(error);
  if (problem === null) throw error;
  return words('exchange.clipBroken', { file, problem });
}
