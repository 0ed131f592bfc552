import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { childEnvironment } from '#core/base/child-environment.ts';
import type { Leash } from '#core/base/leash.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { type Breach, type ToolLimits, type ToolWatch, watchTool } from './tool-watch.ts';

/** How many of a program's last words are kept for error messages. */
export const STDERR_TAIL_LINES = 30;
/** Of each line, whoever reads it: longer than the path of a file and what is said of it. A file may put words of megabytes into one. */
const MAX_LINE_LENGTH = 8192;

export interface ToolCommand {
  /** Absolute path of the program. */
  readonly path: string;
  /** Handed over as they are: there is no shell, so nothing in a file name has a meaning. */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** Ends the program with us. */
  readonly leash?: Leash;
  /** Called for each line of stderr as it comes, of which there are 8,192 letters at most. Empty ones are left out. */
  readonly onStderrLine?: (line: string) => void;
  readonly bounds?: ToolBounds;
}

/** What a program may use, and what is said when it used more and was ended. */
export interface ToolBounds {
  readonly limits: ToolLimits;
  errorOf(breach: Breach): AppError;
}

/** How a program ended. `failure`: it could not be started, was cancelled or passed a limit; otherwise `code` says how (null: killed). */
export interface ToolExit {
  readonly code: number | null;
  /** By what it was killed, e.g. `SIGSEGV`; null when it ended by itself. */
  readonly killedBy: string | null;
  readonly stderrTail: string;
  readonly failure: AppError | null;
}

export interface RunningTool {
  /** Nothing is read ahead beyond the pipe: a reader that pauses makes the program wait. */
  readonly stdout: Readable;
  /** Resolves, and never rejects, when the program has ended and was reaped. */
  readonly exited: Promise<ToolExit>;
  /** Whether somebody waits for the program: only then its time counts. A program that was just started is waited for. */
  setAwaited(isAwaited: boolean): void;
  /** Ends the program at once; harmless when it has ended. */
  kill(): void;
}

/** Starts a program without a shell and without stdin. Aborting the signal kills it, and so does passing one of its limits. */
export function startTool({ path, args, signal, leash, onStderrLine, bounds }: ToolCommand): RunningTool {
  leash?.prepare();
  const child = spawn(path, args, { env: childEnvironment(leash?.mark), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  if (!hasPipes(child)) return neverStarted(path, child);
  leash?.hold(child);
  const tail: string[] = [];
  let breachError: AppError | null = null;
  const kill = (): void => {
    child.kill('SIGKILL');
    child.stdout.destroy();
  };
  const watch =
    bounds === undefined || child.pid === undefined
      ? NOT_WATCHED
      : watchTool({
          pid: child.pid,
          limits: bounds.limits,
          onBreach(breach) {
            breachError = bounds.errorOf(breach);
            kill();
          },
        });
  const exited = new Promise<ToolExit>((resolve) => {
    const finish = ({ code, killedBy }: Pick<ToolExit, 'code' | 'killedBy'>, startFailure: AppError | null): void => {
      watch.stop();
      signal.removeEventListener('abort', kill);
      resolve({
        code,
        killedBy,
        stderrTail: tail.join('\n'),
        failure: startFailure ?? breachError ?? (signal.aborted ? cancelledError() : null),
      });
    };
    child.once('error', (error) => {
      // With a pid it is a failed kill, and the exit is still to come.
      if (child.pid === undefined) finish({ code: null, killedBy: null }, startError(path, error));
    });
    const reaped = new Promise<Pick<ToolExit, 'code' | 'killedBy'>>((done) =>
      child.once('exit', (code, killedBy) => done({ code, killedBy })),
    );
    const stderrEnded = new Promise<void>((done) => child.stderr.once('close', done));
    // Not the child's own `close`: that waits until stdout was read to its end, which a reader that stopped early never does.
    void Promise.all([reaped, stderrEnded]).then(([end]) => finish(end, null));
  });
  const said = createLineCutter(/[\r\n]/u);
  const hear = (line: string): void => {
    if (line === '') return;
    onStderrLine?.(line);
    tail.push(line);
    if (tail.length > STDERR_TAIL_LINES) tail.shift();
  };
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    watch.sawOutput();
    for (const line of said.add(text)) hear(line);
  });
  child.stderr.once('close', () => hear(said.rest()));
  if (signal.aborted) kill();
  else signal.addEventListener('abort', kill, { once: true });
  return { stdout: child.stdout, exited, setAwaited: watch.setAwaited, kill };
}

/** Whether a child has the pipes that it was to have. With no file left to open Node gives it none, and reports why by `error`, a moment later. */
function hasPipes(child: ChildProcess): boolean {
  return child.stdio !== undefined;
}

function neverStarted(path: string, child: ChildProcess): RunningTool {
  const exited = new Promise<ToolExit>((resolve) =>
    child.once('error', (error) => resolve({ code: null, killedBy: null, stderrTail: '', failure: startError(path, error) })),
  );
  return { stdout: Readable.from([]), exited, setAwaited: NOT_WATCHED.setAwaited, kill: () => undefined };
}

const NOT_WATCHED: ToolWatch = { setAwaited: () => undefined, sawOutput: () => undefined, stop: () => undefined };

/**
 * What the program writes to stdout, as it comes. Ends without an error when the program is killed, so look at `exited` afterwards.
 * Leaving the loop early kills the program.
 */
export async function* readChunks(tool: RunningTool): AsyncGenerator<Buffer, void, undefined> {
  let isAtEnd = false;
  try {
    for await (const chunk of tool.stdout) {
      // Until the next one is asked for the reader is at work, which is no fault of the program.
      tool.setAwaited(false);
      yield chunk as Buffer;
      tool.setAwaited(true);
    }
    isAtEnd = true;
  } catch (error) {
    if (errorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    // At its end it is about to exit by itself, with a code that counts.
    if (!isAtEnd) {
      tool.kill();
      await tool.exited;
    }
  }
}

/** What the program writes to stdout, in blocks of exactly `blockBytes`, the last one possibly shorter. Each has a buffer of its own. */
export async function* readBlocks(tool: RunningTool, blockBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let block = new Uint8Array(blockBytes);
  let filled = 0;
  for await (const chunk of readChunks(tool)) {
    let taken = 0;
    while (taken < chunk.length) {
      const part = chunk.subarray(taken, taken + blockBytes - filled);
      block.set(part, filled);
      taken += part.length;
      filled += part.length;
      if (filled < blockBytes) continue;
      yield block;
      block = new Uint8Array(blockBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** Puts a text that comes in pieces into lines, and keeps no more of each than `MAX_LINE_LENGTH`. */
function createLineCutter(end: string | RegExp) {
  let begun = '';
  const continued = (piece: string): string => begun + piece.slice(0, MAX_LINE_LENGTH - begun.length);
  return {
    /** The lines that are complete by now, without their ends. */
    add(text: string): string[] {
      const [first = '', ...others] = text.split(end);
      const line = continued(first);
      const last = others.pop();
      begun = last === undefined ? line : last.slice(0, MAX_LINE_LENGTH);
      return last === undefined ? [] : [line, ...others.map((other) => other.slice(0, MAX_LINE_LENGTH))];
    },
    /** What has no end yet. */
    rest: () => begun,
  };
}

/** What has no end in so much is no line. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * The lines that the program writes to stdout, 8,192 letters of each at most; ends as `readChunks` does.
 * @throws AppError `unsupported` once a line has no end; the program is ended then
 */
export async function* readLines(tool: RunningTool): AsyncGenerator<string, void, undefined> {
  const lines = createLineCutter('\n');
  let restBytes = 0;
  for await (const chunk of readChunks(tool)) {
    for (const line of lines.add(chunk.toString('latin1'))) yield line.replace(/\r$/, '');
    const endAt = chunk.lastIndexOf('\n');
    restBytes = endAt < 0 ? restBytes + chunk.length : chunk.length - endAt - 1;
    if (restBytes > MAX_LINE_BYTES) throw tooLong(MAX_LINE_BYTES);
  }
  if (lines.rest() !== '') yield lines.rest();
}

/** A still of the largest picture is shorter. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface AnswerLimit {
  readonly maxBytes: number;
  /** What is said of a longer one. */
  tooLong(): AppError;
}

const ANY_ANSWER: AnswerLimit = {
  maxBytes: MAX_ANSWER_BYTES,
  tooLong: () => tooLong(MAX_ANSWER_BYTES),
};

function tooLong(maxBytes: number): AppError {
  return new AppError('unsupported', words('media.answerTooLong', { megabytes: maxBytes / 1024 ** 2 }));
}

/** All that the program writes to stdout, and how it ended. One that writes more than it may is ended, and that is its failure. */
export async function readAll(
  tool: RunningTool,
  limit: AnswerLimit = ANY_ANSWER,
): Promise<{ readonly output: Buffer; readonly exit: ToolExit }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readChunks(tool)) {
    bytes += chunk.length;
    if (bytes > limit.maxBytes) break;
    chunks.push(chunk);
  }
  const exit = await tool.exited;
  return bytes > limit.maxBytes
    ? { output: Buffer.alloc(0), exit: { ...exit, failure: exit.failure ?? limit.tooLong() } }
    : { output: Buffer.concat(chunks), exit };
}

export function cancelledError(): AppError {
  return new AppError('cancelled', words('media.cancelled'));
}

/** Why a program could not be started: it is not there, or the system has no room for another one now. */
export function startError(path: string, cause: unknown): AppError {
  if (['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'].includes(errorCode(cause) ?? ''))
    return new AppError('busy', words('media.noRoomToStart', { path }), { cause });
  return new AppError('tool-missing', words('media.notStarted', { path }), { cause });
}
