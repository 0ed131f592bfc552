import { UnusableFileError } from '#core/base/files/regular-file.ts';
import { basename } from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { inEnglish, words, type Words } from '#shared/words/words.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import type { ToolExit } from './tool-process.ts';

const DISK_FULL_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
const UNREADABLE_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

/** How a file is called in messages: people know its name, and paths stay on the machine that has them. */
export function quoted(path: string): string {
  return `“${basename(path)}”`;
}

/** A file that cannot be used as a video. `problem` continues the sentence that begins with its name. */
export function corruptError(path: string, problem: Words, advice = words('media.copyAgain')): AppError {
  return new AppError('media-corrupt', words('media.corrupt', { file: quoted(path), problem, advice }));
}

function missingError(path: string, cause: unknown): AppError {
  const isForbidden = errorCode(cause) === 'EACCES' || errorCode(cause) === 'EPERM';
  const said = isForbidden ? words('media.forbidden', { file: quoted(path) }) : words('media.missing', { file: quoted(path), path });
  return new AppError('media-missing', said, { cause });
}

function diskFullError(cause?: unknown): AppError {
  return new AppError('disk-full', words('media.diskFull'), { cause });
}

/** Maps errors of the file system to what a person can act on; others go through unchanged. */
export function toMediaError(error: unknown, path: string): unknown {
  if (error instanceof UnusableFileError)
    return new AppError('invalid-input', words('media.unreadable', { file: quoted(path), reason: error.said }), { cause: error });
  const code = errorCode(error) ?? '';
  if (DISK_FULL_CODES.has(code)) return diskFullError(error);
  return UNREADABLE_CODES.has(code) ? missingError(path, error) : error;
}

/** Throws when a program was not started, was cancelled, passed a limit, crashed, or was killed from outside; its exit code may be any. */
export function requireRun(exit: ToolExit, path: string): void {
  if (exit.failure !== null) throw exit.failure;
  if (exit.killedBy !== null && exit.killedBy !== 'SIGKILL' && exit.killedBy !== 'SIGTERM')
    throw corruptError(path, words('media.crashesFfmpeg', { signal: exit.killedBy }), words('media.convertElsewhere'));
  if (exit.code === null) throw new AppError('internal', words('media.stoppedBySystem'));
}

/** Throws as `requireRun` does, and when the disk is full, the video is gone, or (with `problem` about the video) on any error code. */
export function requireSuccess(exit: ToolExit, path: string, problem: Words): void {
  requireRun(exit, path);
  if (/no space left on device|disk quota exceeded/i.test(exit.stderrTail)) throw diskFullError();
  if (saysInputMissing(exit.stderrTail, path)) throw missingError(path, null);
  if (exit.code !== 0) throw corruptError(path, words('media.saidFfmpeg', { problem, said: reasonIn(exit.stderrTail) }));
}

/** In the words of ffmpeg 5, and of those after 6. */
function saysInputMissing(stderrTail: string, path: string): boolean {
  return stderrTail.includes(`${path}: No such file or directory`) || /error opening input: no such file or directory/i.test(stderrTail);
}

/** Lines that say that something went wrong, not what. */
const EMPTY_WORDS =
  /^(?:conversion failed|error marking filters|error while|error splitting|output file is empty|error opening input files|nothing was written|last message repeated)/i;

/** Why a run failed, in ffmpeg's own words where it said anything. */
export function reasonIn(stderrTail: string): Words | string {
  return lastLine(stderrTail) ?? words('media.noReason');
}

/** The same in English. */
export function lastWords(stderrTail: string): string {
  return lastLine(stderrTail) ?? inEnglish(words('media.noReason'));
}

/** The last informative line that ffmpeg wrote, without the addresses of its log. */
function lastLine(stderrTail: string): string | undefined {
  const lines = stderrTail.split('\n').map((line) => line.replace(/^(?:\[[^\]]* @ 0x[0-9a-f]+\] )+/i, '').trim());
  const said = lines.filter((line) => line !== '');
  return said.findLast((line) => !EMPTY_WORDS.test(line)) ?? said.at(-1);
}
