import { resolve as resolvePath } from 'node:path';
import type { Logger } from '#core/base/host.ts';
import { createLeash } from '#core/base/leash.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { FfmpegProgress } from './ffmpeg-progress.ts';
import { runFluent, type MoreInput, type WriteOutput } from './fluent-run.ts';
import { inputArgs, guardedOptions, inputUrl, type MediaInput, refusalOf, requireMediaFile } from './media-input.ts';
import { boundsFor, type Effort, MAX_BLOCK_BYTES, MEDIA_LIMITS, type MediaLimits } from './media-limits.ts';
import { startTool, type RunningTool, type ToolBounds, type ToolExit } from './tool-process.ts';

/**
 * The only door to ffmpeg and ffprobe: what it starts reads regular files of known kinds of video alone, within limits of time and memory,
 * and is logged so that it can be run again by hand. Commands that write files run through fluent-ffmpeg. It is not used for pipes and for
 * ffprobe: it pipes stdout onward by itself and, 20 ms after the reader closes, calls that an error; it keeps no hold of an
 * ffprobe that should be cancelled, and it reads ffprobe's answer as text, losing side data such as the display matrix. Those run as plain
 * child processes (`tool-process.ts`), which is also the way out, should fluent-ffmpeg (archived upstream) ever have to go.
 */
export interface Ffmpeg {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** Runs ffmpeg until its files are written. Never rejects on a bad exit code: the caller knows what it means. */
  writeFiles(command: WriteCommand): Promise<WriteReport>;
  /**
   * Starts ffmpeg; what it writes to `pipe:1` is `stdout`.
   * @throws AppError `media-missing`, `media-corrupt` when the input is no file
   */
  stream(run: ToolRun): Promise<RunningTool>;
  /** Starts ffprobe. @throws as `stream` */
  probe(run: ToolRun): Promise<RunningTool>;
}

export interface ToolRun {
  /** Null: it reads no file. */
  readonly input: MediaInput | null;
  /** What stands behind the input: streams, filters and output, or what ffprobe shall show. */
  readonly args: readonly string[];
  /** How much it says; default `error`. The filter `showinfo` speaks at `info`. */
  readonly log?: 'error' | 'info';
  /** Default `whole`. */
  readonly effort?: Effort;
  readonly signal: AbortSignal;
  readonly onStderrLine?: (line: string) => void;
}

export interface WriteCommand {
  readonly inputPath: string;
  /** Options that stand before `-i`. */
  readonly inputOptions: readonly string[];
  /** Further inputs, with all the options that stand before them. */
  readonly moreInputs?: readonly MoreInput[];
  /** Existing targets are replaced: give names that are yours. */
  readonly outputs: readonly WriteOutput[];
  /** Targets may be relative to it, which keeps `%` in folder names from being read as a pattern. */
  readonly cwd?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: FfmpegProgress) => void;
}

export interface WriteReport extends ToolExit {
  readonly lastProgress: FfmpegProgress | null;
}

export interface FfmpegParts {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  readonly logger?: Pick<Logger, 'debug' | 'info'>;
  readonly limits?: MediaLimits;
}

/** ffmpeg repeats the name of its input as it is. Where that has line breaks, what stands behind them is no line of ffmpeg's own. */
function exceptItsName(path: string, onLine: (line: string) => void): (line: string) => void {
  const [, ...broken] = path.split(/[\r\n]+/);
  if (broken.length === 0) return onLine;
  const ofName = new Set([...broken, `${broken.at(-1)}':`]);
  return (line) => {
    if (!ofName.has(line)) onLine(line);
  };
}

/** Options that every run of ffmpeg begins with. */
const QUIET = ['-hide_banner', '-nostdin', '-nostats'] as const;
const SMALL_BLOCKS = ['-max_alloc', String(MAX_BLOCK_BYTES)] as const;

export function createFfmpeg({ ffmpegPath, ffprobePath, logger, limits = MEDIA_LIMITS }: FfmpegParts): Ffmpeg {
  const leash = createLeash();

  /** `argsOf`: the whole command line, given the input's part of it. */
  async function start(path: string, run: ToolRun, argsOf: (input: readonly string[]) => readonly string[]): Promise<RunningTool> {
    const { input, signal, onStderrLine, effort = 'whole' } = run;
    const bounds = input === null ? null : await boundsOf(input.path, effort);
    const args = argsOf(input === null ? [] : [...SMALL_BLOCKS, '-v', run.log ?? 'error', ...inputArgs(input)]);
    const startedMs = performance.now();
    const listener = onStderrLine && { onStderrLine: input === null ? onStderrLine : exceptItsName(input.path, onStderrLine) };
    const tool = startTool({ path, args, signal, leash, ...listener, ...(bounds && { bounds }) });
    return { ...tool, exited: tool.exited.then((exit) => ended(exit, { path, args, input: input?.path ?? null, startedMs })) };
  }

  async function boundsOf(path: string, effort: Effort): Promise<ToolBounds> {
    return boundsFor({ path, sizeBytes: await requireMediaFile(path) }, effort, limits);
  }

  interface Run {
    readonly path: string;
    readonly args: readonly string[];
    readonly input: string | null;
    readonly startedMs: number;
  }

  /** Logs how a run ended, and gives a refusal by one of our safeguards its name. */
  async function ended<E extends ToolExit>(exit: E, { path, args, input, startedMs }: Run): Promise<E> {
    const { code, killedBy, failure } = exit;
    // A reader that has enough ends the program.
    const hasFailed = failure === null ? code !== 0 && killedBy !== 'SIGKILL' : failure.code !== 'cancelled';
    const details = {
      command: [path, ...args],
      durationMs: Math.round(performance.now() - startedMs),
      code,
      killedBy,
      ...(hasFailed && { failure: failure?.message, lastWords: exit.stderrTail }),
    };
    if (hasFailed) logger?.info(details, 'ffmpeg failed');
    else logger?.debug(details, 'ffmpeg ended');
    if (failure !== null || input === null) return exit;
    try {
      return { ...exit, failure: await refusalOf(exit, input) };
    } catch (error) {
      // The file went away while it was being looked at.
      if (error instanceof AppError) return { ...exit, failure: error };
      throw error;
    }
  }

  async function writeFiles(command: WriteCommand): Promise<WriteReport> {
    const { inputPath, inputOptions, signal, onProgress, ...rest } = command;
    const inputFile = resolvePath(inputPath);
    let bounds: ToolBounds;
    try {
      bounds = await boundsOf(inputFile, 'whole');
    } catch (error) {
      if (error instanceof AppError) return { code: null, killedBy: null, stderrTail: '', failure: error, lastProgress: null };
      throw error;
    }
    const startedMs = performance.now();
    const options = [...QUIET, ...SMALL_BLOCKS, '-v', 'warning', ...guardedOptions({ path: inputFile, options: inputOptions })];
    // Resolved above, for `cwd` is for the targets alone.
    const input = { url: inputUrl({ path: inputFile }), options };
    const { args, ...report } = await runFluent({ ffmpegPath, input, bounds, leash, signal, ...rest, ...(onProgress && { onProgress }) });
    return ended(report, { path: ffmpegPath, args, input: inputFile, startedMs });
  }

  return {
    ffmpegPath,
    ffprobePath,
    writeFiles,
    stream: (run) => start(ffmpegPath, run, (input) => [...QUIET, ...input, ...run.args]),
    probe: (run) => start(ffprobePath, run, (input) => ['-hide_banner', ...run.args, ...input]),
  };
}
