import { frameToUs, type FrameClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { corruptError } from './media-errors.ts';
import { clockOptions, mapPictures, pictureOptions } from './picture-stream.ts';
import { collectShownFrames, SHOWINFO } from './showinfo.ts';
import { readAll } from './tool-process.ts';

/** What is needed to find a frame of a film by its index. */
export interface FrameSource {
  readonly path: string;
  readonly clock: FrameClock;
  readonly probe: Pick<VideoProbe, 'startUs' | 'stream'>;
}

/** How to make ffmpeg begin with a given frame. */
export interface SeekPlan {
  /** Options before `-i`. */
  readonly inputOptions: readonly string[];
  /** First filter: drops every frame before the wanted one. */
  readonly filter: string;
}

/** Below this, decoding from the start is quicker than finding out whether a jump is exact. */
const NEAR_START_US = 3_000_000;

/** How far before the frame to jump, in turn: where the first lands too late (open groups of pictures, transport streams), a second may not. */
const SEEK_MARGINS_US = [0, 10_000_000];

/** Decodes from the start and counts: right by definition, slow far into a film. */
export function planFromStart(frame: number, { stream }: FrameSource['probe']): SeekPlan {
  return { inputOptions: pictureOptions(stream, clockOptions(stream)), filter: `select='gte(n\\,${frame})'` };
}

/**
 * The jumps to try, nearest first: to the key frame before the wanted frame, then on by time. A jump may land late in badly indexed files, so
 * whoever uses one checks with `isFrameAt` that the first frame is the wanted one, and else goes `planFromStart`.
 */
export function seekCandidates(source: FrameSource, frame: number): SeekPlan[] {
  const { stream } = source.probe;
  const { timeUs, toleranceUs } = frameTime(source, frame);
  const fromStartUs = frameToUs(source.clock, frame);
  // Times that are not the file's own lead to some other frame of it.
  if (fromStartUs < NEAR_START_US || (stream !== null && stream.clock !== 'own')) return [];
  return SEEK_MARGINS_US.filter((marginUs) => marginUs < fromStartUs).map((marginUs) => ({
    // Container times throughout (-copyts, -seek_timestamp): by default ffmpeg counts from the earliest stream, which may be the sound.
    // Without -noaccurate_seek it would cut by a time of its own reckoning before our filter sees a frame.
    inputOptions: pictureOptions(stream, ['-copyts', '-noaccurate_seek', '-seek_timestamp', '1', '-ss', seconds(timeUs - marginUs + toleranceUs / 2)]),
    filter: `select='gte(t\\,${seconds(timeUs - toleranceUs)})'`,
  }));
}

/** Whether a frame with this container time is the wanted one: nearer to it than to any neighbour. */
export function isFrameAt(source: FrameSource, frame: number, shownUs: number | null): boolean {
  const { timeUs, toleranceUs } = frameTime(source, frame);
  return shownUs !== null && Math.abs(shownUs - timeUs) < toleranceUs;
}

/**
 * Where frames were counted by their packets, the time of a frame that was found by counting tells whether packets are frames.
 * @throws AppError `media-corrupt` when it is another frame
 */
export function requireCounted(source: FrameSource, frame: number, shownUs: number | null): void {
  const { stream } = source.probe;
  if (shownUs === null || stream === null || stream.isDecoded || stream.clock !== 'own' || isFrameAt(source, frame, shownUs)) return;
  throw corruptError(source.path, `shows a different image for frame ${frame} than its index says, because some of its frames cannot be decoded`, 'Find its shots again, so that its frames are counted again.');
}

/** The quickest plan that is proven to begin with `frame`, by decoding up to it once without keeping anything. */
export async function planSeek(ffmpeg: Ffmpeg, source: FrameSource, frame: number, signal: AbortSignal): Promise<SeekPlan> {
  for (const plan of seekCandidates(source, frame)) {
    const shown = collectShownFrames();
    const args = [...mapPictures(source.probe.stream), '-vf', `${plan.filter},${SHOWINFO}`, '-fps_mode', 'passthrough', '-frames:v', '1', '-f', 'null', '-'];
    const input = { path: source.path, options: plan.inputOptions };
    const { exit } = await readAll(await ffmpeg.stream({ input, args, log: 'info', signal, onStderrLine: shown.line }));
    shown.end();
    if (exit.failure !== null) throw exit.failure;
    if (isFrameAt(source, frame, (await shown.next())?.timeUs ?? null)) return plan;
  }
  return planFromStart(frame, source.probe);
}

/** Container time of a frame, and half the way to its nearer neighbour. */
export function frameTime({ clock, probe }: FrameSource, frame: number): { timeUs: number; toleranceUs: number } {
  const at = frameToUs(clock, frame);
  const toNext = frameToUs(clock, frame + 1) - at;
  const fromPrevious = frame > 0 ? at - frameToUs(clock, frame - 1) : toNext;
  return { timeUs: probe.startUs + at, toleranceUs: Math.min(toNext, fromPrevious) / 2 };
}

function seconds(us: number): string {
  return (us / 1e6).toFixed(6);
}
