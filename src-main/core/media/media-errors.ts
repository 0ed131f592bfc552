import { UnusableFileError } from '#core/base/files/regular-file.ts';
import { basename } from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import type { ToolExit } from './tool-process.ts';

const DISK_FULL_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
const UNREADABLE_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

/** How a file is called in messages: people know its name, and paths stay on the machine that has them. */
export function quoted(path: string): string {
  return `“${basename(path)}”`;
}

/** A file that cannot be used as a film. `problem` continues the sentence that begins with its name. */
export function corruptError(path: string, problem: string, advice = 'Copy or export it again from its source.'): AppError {
  return new AppError('media-corrupt', `${quoted(path)} ${problem}. The file was not changed. ${advice}`);
}

function missingError(path: string, cause: unknown): AppError {
  const isForbidden = errorCode(cause) === 'EACCES' || errorCode(cause) === 'EPERM';
  const message = isForbidden
    ? `${quoted(path)} cannot be read, because you do not have permission. Give yourself permission to read it, then try again.`
    : `${quoted(path)} is not where it was (${path}). Your shots and captions are safe. Put it back, or relink the video to its new location.`;
  return new AppError('media-missing', message, { cause });
}

function diskFullError(cause?: unknown): AppError {
  const message = 'The disk is full, so the file could not be finished; finished parts are kept. Free up space and start again.';
  return new AppError('disk-full', message, { cause });
}

/** Maps errors of the file system to what a person can act on; others go through unchanged. */
export function toMediaError(error: unknown, path: string): unknown {
  if (error instanceof UnusableFileError)
    return new AppError('invalid-input', `${quoted(path)} cannot be read: ${error.message}. Nothing was changed.`, { cause: error });
  const code = errorCode(error) ?? '';
  if (DISK_FULL_CODES.has(code)) return diskFullError(error);
  return UNREADABLE_CODES.has(code) ? missingError(path, error) : error;
}

/** Throws when a program was not started, was cancelled, passed a limit, crashed, or was killed from outside; its exit code may be any. */
export function requireRun(exit: ToolExit, path: string): void {
  if (exit.failure !== null) throw exit.failure;
  if (exit.killedBy !== null && exit.killedBy !== 'SIGKILL' && exit.killedBy !== 'SIGTERM')
    throw corruptError(path, `makes ffmpeg crash (${exit.killedBy})`, 'Convert it with another program, or use a newer ffmpeg.');
  if (exit.code === null)
    throw new AppError(
      'internal',
      'ffmpeg was stopped by the system, perhaps because memory ran out. Finished parts are kept. Start again with less at a time.',
    );
}

/** Throws as `requireRun` does, and when the disk is full, the film is gone, or (with `problem` about the film) on any error code. */
export function requireSuccess(exit: ToolExit, path: string, problem: string): void {
  requireRun(exit, path);
  if (/no space left on device|disk quota exceeded/i.test(exit.stderrTail)) throw diskFullError();
  if (saysInputMissing(exit.stderrTail, path)) throw missingError(path, null);
  if (exit.code !== 0) throw corruptError(path, `${problem} (ffmpeg: ${lastWords(exit.stderrTail)})`);
}

/** In the words of ffmpeg 5, and of those after 6. */
function saysInputMissing(stderrTail: string, path: string): boolean {
  return stderrTail.includes(`${path}: No such file or directory`) || /error opening input: no such file or directory/i.test(stderrTail);
}

/** Lines that tell that something went wrong, not what. */
const EMPTY_WORDS =
  /^(?:conversion failed|error marking filters|error while|error splitting|output file is empty|error opening input files|nothing was written|last message repeated)/i;

/** The last telling line that ffmpeg said, without the addresses of its log. */
export function lastWords(stderrTail: string): string {
  const lines = stderrTail.split('\n').map((line) => line.replace(/^(?:\[[^\]]* @ 0x[0-9a-f]+\] )+/i, '').trim());
  const said = lines.filter((line) => line !== '');
  return said.findLast((line) => !EMPTY_WORDS.test(line)) ?? said.at(-1) ?? 'it gave no reason';
}
