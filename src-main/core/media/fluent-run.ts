import type { ChildProcess } from 'node:child_process';
import FluentFfmpeg from 'fluent-ffmpeg';
import type { AppError } from '#shared/contract/errors.ts';
import { childEnvironment } from '#core/base/child-environment.ts';
import type { Leash } from '#core/base/leash.ts';
import { createProgressParser, type FfmpegProgress } from './ffmpeg-progress.ts';
import { cancelledError, STDERR_TAIL_LINES, startError, type ToolBounds, type ToolExit } from './tool-process.ts';
import { type ToolWatch, watchTool } from './tool-watch.ts';

export interface WriteOutput {
  readonly target: string;
  readonly options: readonly string[];
}

export interface MoreInput {
  readonly path: string;
  readonly options: readonly string[];
}

export interface FluentRun {
  readonly ffmpegPath: string;
  readonly input: { readonly url: string; readonly options: readonly string[] };
  readonly moreInputs?: readonly MoreInput[];
  readonly outputs: readonly WriteOutput[];
  readonly cwd?: string;
  readonly bounds: ToolBounds;
  /** Ends ffmpeg with us. */
  readonly leash: Leash;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: FfmpegProgress) => void;
}

export interface FluentReport extends ToolExit {
  /** As ffmpeg was started. */
  readonly args: readonly string[];
  readonly lastProgress: FfmpegProgress | null;
}

/** The only file that knows fluent-ffmpeg. Resolves, and never rejects, when ffmpeg has ended. */
export function runFluent({ signal, onProgress, bounds, leash, ...command }: FluentRun): Promise<FluentReport> {
  if (signal.aborted)
    return Promise.resolve({ args: [], code: null, killedBy: null, stderrTail: '', failure: cancelledError(), lastProgress: null });
  return new Promise((resolve) => {
    const started: { args: readonly string[]; watch: ToolWatch | null; breachError: AppError | null } = {
      args: [],
      watch: null,
      breachError: null,
    };
    const fluent = buildFluent({ ...command, leash }, (args) => (started.args = args));
    const parser = createProgressParser();
    const tail: string[] = [];
    let lastProgress: FfmpegProgress | null = null;
    const kill = (): void => void fluent.kill('SIGKILL');
    const finish = (end: Pick<ToolExit, 'code' | 'killedBy'>, failure: AppError | null): void => {
      started.watch?.stop();
      signal.removeEventListener('abort', kill);
      const ending = failure ?? started.breachError ?? (signal.aborted ? cancelledError() : null);
      resolve({ ...end, args: started.args, failure: ending, stderrTail: tail.join('\n'), lastProgress });
    };
    fluent.on('stderr', (line: string) => {
      started.watch?.sawOutput();
      const { progress, isLog } = parser.line(line);
      if (isLog) tail.push(line);
      if (tail.length > STDERR_TAIL_LINES) tail.shift();
      if (progress === null) return;
      lastProgress = progress;
      onProgress?.(progress);
    });
    fluent.on('start', () => {
      // An abort that comes before the child exists finds nothing to kill: it is made up for here.
      if (signal.aborted) kill();
      const child = childOf(fluent);
      if (child?.pid === undefined) return;
      leash.hold(child);
      started.watch = watchTool({
        pid: child.pid,
        limits: bounds.limits,
        onBreach(breach) {
          started.breachError = bounds.errorOf(breach);
          kill();
        },
      });
    });
    fluent.on('end', () => finish({ code: 0, killedBy: null }, null));
    fluent.on('error', (error: Error) => {
      const end = endOf(error);
      if (end !== null && tail.length === 0) tail.push(error.message);
      finish(end ?? { code: null, killedBy: null }, end === null ? startError(command.ffmpegPath, error) : null);
    });
    signal.addEventListener('abort', kill, { once: true });
    leash.prepare();
    fluent.run();
  });
}

type CommandParts = Pick<FluentRun, 'ffmpegPath' | 'input' | 'moreInputs' | 'outputs' | 'cwd' | 'leash'>;

function buildFluent(
  { input, moreInputs = [], outputs, cwd, ...parts }: CommandParts,
  onArgs: (args: readonly string[]) => void,
): FluentFfmpeg.FfmpegCommand {
  const fluent = FluentFfmpeg(cwd === undefined ? {} : { cwd });
  mend(fluent, parts, onArgs);
  fluent.input(input.url);
  fluent.inputOptions(...separate(['-progress', 'pipe:2', '-stats_period', '0.25', ...input.options]));
  for (const { path, options } of moreInputs) fluent.input(`file:${path}`).inputOptions(...separate(options));
  for (const { target, options } of outputs) fluent.output(target).outputOptions(...separate(options));
  return fluent;
}

type Callback = (error: Error | null, ...rings: { get(): string }[]) => void;

interface FluentInternals {
  readonly ffmpegProc?: ChildProcess;
  _checkCapabilities(done: (error: null) => void): void;
  availableEncoders(done: (error: null, encoders: object) => void): void;
  _getFfmpegPath(done: (error: null, path: string) => void): void;
  _spawnFfmpeg(args: string[], options: object, onStart: unknown, onEnd?: Callback): void;
}

function childOf(fluent: FluentFfmpeg.FfmpegCommand): ChildProcess | undefined {
  return (fluent as unknown as FluentInternals).ffmpegProc;
}

/** Works round four faults of fluent-ffmpeg 2.1.3, its last version, for this one command, and reports how ffmpeg is started. */
function mend(
  fluent: FluentFfmpeg.FfmpegCommand,
  { ffmpegPath, leash }: Pick<CommandParts, 'ffmpegPath' | 'leash'>,
  onArgs: (args: readonly string[]) => void,
): void {
  const internals = fluent as unknown as FluentInternals;
  const spawnFfmpeg = internals._spawnFfmpeg.bind(fluent);
  // setFfmpegPath() writes to a cache of the whole process, where two cores with different programs would mix theirs up.
  internals._getFfmpegPath = (done) => done(null, ffmpegPath);
  // It asks ffmpeg what it can, once for the whole process: an answer that was cut short would have every later run refused. ffmpeg says by itself what it cannot.
  internals._checkCapabilities = (done) => done(null);
  internals.availableEncoders = (done) => done(null, {});
  // When ffmpeg cannot be started it reads from log rings that were never made, which would bring the whole process down.
  internals._spawnFfmpeg = (args, options, onStart, onEnd) => {
    const noRing = { get: () => '' };
    onArgs(args);
    const end: Callback | undefined = onEnd && ((error, stdout = noRing, stderr = noRing) => onEnd(error, stdout, stderr));
    try {
      spawnFfmpeg(args, { ...options, env: childEnvironment(leash.mark) }, onStart, end);
    } catch (error) {
      // It takes for granted that there are pipes. Where no file could be opened for them, the child's own error comes first and says so.
      setImmediate(() => end?.(error instanceof Error ? error : new Error(String(error))));
    }
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

/** fluent-ffmpeg reports how ffmpeg ended in words only. Null: it never began. */
function endOf({ message }: Error): Pick<ToolExit, 'code' | 'killedBy'> | null {
  const [, killedBy] = /was killed with signal (\w+)/.exec(message) ?? [];
  if (killedBy !== undefined) return { code: null, killedBy };
  const [, code] = /exited with code (\d+)/.exec(message) ?? [];
  return code === undefined ? null : { code: Number(code), killedBy: null };
}
