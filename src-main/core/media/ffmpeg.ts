import type { ChildProcess } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import FluentFfmpeg from 'fluent-ffmpeg';
import { createLeash, type Leash } from '#core/system/leash.ts';
import type { AppError } from '#shared/contract/errors.ts';
import { errorCode } from './error-code.ts';
import { createProgressParser, type FfmpegProgress } from './ffmpeg-progress.ts';
import { cancelledError, startTool, STDERR_TAIL_LINES, toolMissingError, type RunningTool, type ToolExit } from './tool-process.ts';

/**
 * The only door to ffmpeg and ffprobe. Commands that write files run through fluent-ffmpeg. It is not used for pipes and for
 * ffprobe: it pipes stdout onward by itself and, 20 ms after the reader closes, calls that an error; it keeps no hold of an
 * ffprobe that should be cancelled, and it reads ffprobe's answer as text, losing side data such as the display matrix. Those run as plain
 * child processes (`tool-process.ts`), which is also the way out, should fluent-ffmpeg (archived upstream) ever have to go.
 */
export interface Ffmpeg {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** Runs ffmpeg until its files are written. Never rejects on a bad exit code: the caller knows what it means. */
  writeFiles(command: WriteCommand): Promise<WriteReport>;
  /** Runs ffmpeg with the given arguments; what it writes to `pipe:1` is `stdout`. */
  stream(args: readonly string[], options: StreamOptions): RunningTool;
  /** Runs ffprobe with the given arguments. */
  probe(args: readonly string[], options: StreamOptions): RunningTool;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly onStderrLine?: (line: string) => void;
}

export interface WriteCommand {
  readonly inputPath: string;
  /** Options that stand before `-i`. */
  readonly inputOptions: readonly string[];
  /** Existing targets are replaced: give names that are yours. */
  readonly outputs: readonly WriteOutput[];
  /** Targets may be relative to it, which keeps `%` in folder names from being read as a pattern. */
  readonly cwd?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: FfmpegProgress) => void;
}

export interface WriteOutput {
  readonly target: string;
  readonly options: readonly string[];
}

export interface WriteReport extends ToolExit {
  readonly lastProgress: FfmpegProgress | null;
}

/** The first film stream, without cover pictures. */
export const VIDEO_STREAM = '0:V:0';

/** Options that every run begins with. */
const QUIET = ['-hide_banner', '-nostdin', '-nostats'] as const;

/**
 * `-i` with its safeguards: `file:` keeps a colon or a dash in a name from being read as a protocol or an option, and the list of protocols
 * keeps a playlist disguised as a film from reaching out to the network.
 */
export function inputArgs(path: string, options: readonly string[] = []): string[] {
  return [...options, ...LOCAL_FILES_ONLY, '-i', `file:${path}`];
}

const LOCAL_FILES_ONLY = ['-protocol_whitelist', 'file'] as const;

export function createFfmpeg({ ffmpegPath, ffprobePath }: Pick<Ffmpeg, 'ffmpegPath' | 'ffprobePath'>): Ffmpeg {
  const leash = createLeash();
  return {
    ffmpegPath,
    ffprobePath,
    writeFiles: (command) => runFluent({ ffmpegPath, leash }, command),
    stream: (args, options) => startTool({ path: ffmpegPath, args: [...QUIET, ...args], leash, ...options }),
    probe: (args, options) => startTool({ path: ffprobePath, args: ['-hide_banner', ...args], leash, ...options }),
  };
}

function runFluent({ ffmpegPath, leash }: { readonly ffmpegPath: string; readonly leash: Leash }, { signal, onProgress, ...command }: WriteCommand): Promise<WriteReport> {
  if (signal.aborted) return Promise.resolve({ code: null, stderrTail: '', failure: cancelledError(), lastProgress: null });
  return new Promise((resolve) => {
    const fluent = buildFluent(ffmpegPath, command);
    const parser = createProgressParser();
    const tail: string[] = [];
    let lastProgress: FfmpegProgress | null = null;
    const kill = (): void => void fluent.kill('SIGKILL');
    const finish = (code: number | null, failure: AppError | null): void => {
      signal.removeEventListener('abort', kill);
      resolve({ code, failure: signal.aborted ? cancelledError() : failure, stderrTail: tail.join('\n'), lastProgress });
    };
    fluent.on('stderr', (line: string) => {
      const { progress, isLog } = parser.line(line);
      if (isLog) tail.push(line);
      if (tail.length > STDERR_TAIL_LINES) tail.shift();
      if (progress === null) return;
      lastProgress = progress;
      onProgress?.(progress);
    });
    // An abort that comes before the child exists finds nothing to kill: it is made up for here.
    fluent.on('start', () => {
      const { ffmpegProc } = fluent as unknown as FluentInternals;
      if (ffmpegProc !== undefined) leash.hold(ffmpegProc);
      if (signal.aborted) kill();
    });
    fluent.on('end', () => finish(0, null));
    fluent.on('error', (error: Error) => {
      const hasStarted = errorCode(error) === null;
      if (hasStarted && tail.length === 0) tail.push(error.message);
      finish(hasStarted ? exitCodeOf(error) : null, hasStarted ? null : toolMissingError(ffmpegPath, error));
    });
    signal.addEventListener('abort', kill, { once: true });
    leash.prepare();
    fluent.run();
  });
}

function buildFluent(ffmpegPath: string, command: Omit<WriteCommand, 'signal' | 'onProgress'>): FluentFfmpeg.FfmpegCommand {
  const { inputPath, inputOptions, outputs, cwd } = command;
  const fluent = FluentFfmpeg(cwd === undefined ? {} : { cwd });
  mend(fluent, ffmpegPath);
  // Resolved here, for `cwd` is for the targets alone.
  fluent.input(`file:${resolvePath(inputPath)}`);
  const quiet = [...QUIET, '-v', 'warning', '-progress', 'pipe:2', '-stats_period', '0.25'];
  fluent.inputOptions(...separate([...quiet, ...inputOptions, ...LOCAL_FILES_ONLY]));
  for (const { target, options } of outputs) fluent.output(target).outputOptions(...separate(options));
  return fluent;
}

type Callback = (error: Error | null, ...rings: { get(): string }[]) => void;

interface FluentInternals {
  /** Set before `start` is emitted. */
  readonly ffmpegProc?: ChildProcess;
  _getFfmpegPath(done: (error: null, path: string) => void): void;
  _spawnFfmpeg(args: string[], options: object, onStart: unknown, onEnd?: Callback): void;
}

/** Works round two faults of fluent-ffmpeg 2.1.3, its last version, for this one command. */
function mend(fluent: FluentFfmpeg.FfmpegCommand, ffmpegPath: string): void {
  const internals = fluent as unknown as FluentInternals;
  const spawnFfmpeg = internals._spawnFfmpeg.bind(fluent);
  // setFfmpegPath() writes to a cache of the whole process, where two cores with different programs would mix theirs up.
  internals._getFfmpegPath = (done) => done(null, ffmpegPath);
  // When ffmpeg cannot be started it reads from log rings that were never made, which would bring the whole process down.
  internals._spawnFfmpeg = (args, options, onStart, onEnd) => {
    const noRing = { get: () => '' };
    spawnFfmpeg(args, options, onStart, onEnd && ((error, stdout = noRing, stderr = noRing) => onEnd(error, stdout, stderr)));
  };
}

/**
 * fluent-ffmpeg splits an option list given as one array at spaces, which tears file names and filters apart; given as separate
 * arguments, at least two, it leaves them alone.
 */
function separate(options: readonly string[]): string[] {
  if (options.length < 2) throw new RangeError('An ffmpeg output needs an option and its value');
  return [...options];
}

/** fluent-ffmpeg tells how ffmpeg ended in words only. */
function exitCodeOf({ message }: Error): number | null {
  if (message.includes('was killed with signal')) return null;
  const [, code] = /exited with code (\d+)/.exec(message) ?? [];
  return Number(code ?? 1);
}
