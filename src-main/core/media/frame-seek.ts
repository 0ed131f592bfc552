import { frameToUs } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import { isDamageNote, saysDamaged } from './damaged-pictures.ts';
import { isOutOfJumps } from './decoder-settings.ts';
import { jumpsAmongEmptyPlaces } from './empty-places.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { jumpTo, seconds } from './ffmpeg-time.ts';
import { lastKeyFrame } from './key-frames.ts';
import { corruptError } from './media-errors.ts';
import { clockOptions, mapPictures, pictureOptions } from './picture-stream.ts';
import { collectShownFrames, type Logged, SHOWINFO, type ShownFrame } from './showinfo.ts';
import { readAll } from './tool-process.ts';
import type { FrameSource } from './frame-source.ts';

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
/** How far before a key frame to jump, in turn: transport streams are searched by when packets are decoded, which is earlier than when they are shown. */
const RUN_UPS_US = [300_000, 1_500_000, 5_000_000];
/** Of the time of a key frame as two programs report it. */
const KEY_TOLERANCE_US = 500;

/**
 * Their decoders hold pictures back until they are whole again after a jump, also where a file has hardly a key frame (intra refresh). Others give grey or
 * smeared ones, and the disorder of those may shift the times of all that follow.
 */
const HOLDING_BACK: ReadonlySet<string> = new Set(['h264', 'mpeg1video', 'mpeg2video']);

/** Whether each picture that ffmpeg gives of this codec is whole, wherever reading begins. */
export function holdsBackDamaged(codec: string): boolean {
  return HOLDING_BACK.has(codec);
}

/** Decodes from the start and counts: right by definition, slow far into a video. */
export function planFromStart(frame: number, { stream }: FrameSource['probe']): SeekPlan {
  return { inputOptions: pictureOptions(stream, clockOptions(stream)), filter: `select='gte(n\\,${frame})'` };
}

/**
 * The jumps to try, nearest first: to the key frame before the wanted frame, then to places before it. A jump may land late in badly indexed files, or in the middle
 * of a group of pictures, so whoever uses one checks with `isFrameAt` that the first frame is the wanted one, and with `watchRun` that it is whole, and else goes `planFromStart`.
 */
export async function* jumpsTo(
  ffmpeg: Ffmpeg,
  source: FrameSource,
  frame: number,
  signal: AbortSignal,
): AsyncGenerator<SeekPlan, void, undefined> {
  const { stream, videoCodec } = source.probe;
  const { timeUs, toleranceUs } = frameTime(source, frame);
  const fromStartUs = frameToUs(source.clock, frame);
  // Times that are not the file's own lead to some other frame of it.
  if (fromStartUs < NEAR_START_US || (stream !== null && stream.clock !== 'own')) return;
  if (isOutOfJumps(stream?.newSettings, frameToUs(source.clock, frame + 1))) return;
  const jump = (toUs: number, filter: string, lateUs = 0): SeekPlan => ({
    // Container times throughout (-copyts, -seek_timestamp): by default ffmpeg counts from the earliest stream, which may be the audio.
    // Without -noaccurate_seek it would cut by a time of its own reckoning before our filter sees a frame.
    inputOptions: pictureOptions(stream, [...(lateUs === 0 ? [] : ['-itsoffset', seconds(-lateUs)]), '-copyts', ...jumpTo(toUs)]),
    filter,
  });
  const landingUs = timeUs + toleranceUs / 2;
  const behind = (isKey: string): string => selectBehind(isKey, timeUs - toleranceUs, timeUs + toleranceUs);
  if (stream?.hasEmptyPlaces === true) {
    // Late times would pass for those of the next picture, so they are put right before anything looks at them.
    for await (const { toUs, lateUs, keyUs, placeUs, isReordered } of jumpsAmongEmptyPlaces(ffmpeg, source, landingUs, signal)) {
      const isKey = `key*gte(t\\,${seconds(keyUs - placeUs / 2)})${isReordered ? '' : `*lt(t\\,${seconds(keyUs + placeUs / 2)})`}`;
      yield jump(toUs, behind(isKey), lateUs);
    }
    return;
  }
  if (holdsBackDamaged(videoCodec)) {
    for (const marginUs of SEEK_MARGINS_US)
      if (marginUs < fromStartUs) yield jump(landingUs - marginUs, `select='gte(t\\,${seconds(timeUs - toleranceUs)})'`);
    return;
  }
  yield jump(landingUs, behind('key*eq(n\\,0)'));
  const keyUs = await lastKeyFrame(ffmpeg, source, landingUs, signal);
  if (keyUs === null) return;
  for (const runUpUs of RUN_UPS_US) {
    if (keyUs - runUpUs > source.probe.startUs)
      yield jump(keyUs - runUpUs, behind(`key*lt(abs(t-(${seconds(keyUs)}))\\,${seconds(KEY_TOLERANCE_US)})`));
  }
}

/**
 * Drops the wanted frame too unless a key frame, as `isKey` knows it, was decoded since the jump. The next frame passes then, so that the miss shows at once, not at
 * the end of the video.
 */
function selectBehind(isKey: string, fromUs: number, nextUs: number): string {
  const hasSeenKey = `st(0\\,max(ld(0)\\,${isKey}))`;
  return `select='gte(t\\,${seconds(fromUs)})*(${hasSeenKey}+gte(t\\,${seconds(nextUs)}))'`;
}

/** There a search by time leads to places behind key frames, and into the middle of pictures and of pieces of audio. */
export const WITHOUT_INDEX: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);

/**
 * Whether complaints of a decoder behind a jump mean that it was not told what it has to know, as where its settings change in the middle and stand there alone. In a file that is known to be
 * damaged they mean that, and reading it from its beginning for each picture would give the same.
 */
export function mayMissSettings({ probe: { container, notes } }: FrameSource): boolean {
  return !WITHOUT_INDEX.has(container) && !notes.some(isDamageNote);
}

export interface WatchedRun extends Logged<ShownFrame> {
  /** What came so far is not to be believed if the run began with a jump. */
  isDoubtful(): boolean;
}

/** Collects what a run says of its frames, and whether its decoder complains. */
export function watchRun(source: FrameSource): WatchedRun {
  const shown = collectShownFrames();
  let hasComplaint = false;
  return {
    ...shown,
    line(text) {
      hasComplaint ||= saysDamaged(text);
      shown.line(text);
    },
    isDoubtful: () => hasComplaint && mayMissSettings(source),
  };
}

/** Whether a frame with this container time is the wanted one: nearer to it than to any neighbour. */
export function isFrameAt(source: FrameSource, frame: number, shownUs: number | null): boolean {
  const { timeUs, toleranceUs } = frameTime(source, frame);
  return shownUs !== null && Math.abs(shownUs - timeUs) < toleranceUs;
}

/**
 * Where frames were counted by their packets, the time of a frame that was found by counting shows whether packets are frames.
 * @throws AppError `media-corrupt` when it is another frame
 */
export function requireCounted(source: FrameSource, frame: number, shownUs: number | null): void {
  const { stream } = source.probe;
  if (shownUs === null || stream === null || stream.isDecoded || stream.clock !== 'own' || isFrameAt(source, frame, shownUs)) return;
  throw corruptError(source.path, words('media.otherFrame', { frame }), words('media.findShotsAgain'));
}

/** The quickest plan that is proven to begin with `frame`, by decoding up to it once without keeping anything. */
export async function planSeek(ffmpeg: Ffmpeg, source: FrameSource, frame: number, signal: AbortSignal): Promise<SeekPlan> {
  for await (const plan of jumpsTo(ffmpeg, source, frame, signal)) {
    const shown = watchRun(source);
    const args = [
      ...mapPictures(source.probe.stream),
      '-vf',
      `${plan.filter},${SHOWINFO}`,
      '-fps_mode',
      'passthrough',
      '-frames:v',
      '1',
      '-f',
      'null',
      '-',
    ];
    const input = { path: source.path, options: plan.inputOptions };
    const { exit } = await readAll(await ffmpeg.stream({ input, args, log: 'info', signal, onStderrLine: shown.line }));
    shown.end();
    if (exit.failure !== null) throw exit.failure;
    if (!shown.isDoubtful() && isFrameAt(source, frame, (await shown.next())?.timeUs ?? null)) return plan;
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
