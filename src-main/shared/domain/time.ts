import { z } from 'zod';

/** A frame rate or time base as an exact fraction, e.g. 30000/1001. */
export const Rational = z.object({ num: z.int().positive(), den: z.int().positive() });
export type Rational = z.infer<typeof Rational>;

/** 0-based index of a picture in presentation order. */
export const FrameIndex = z.int().nonnegative();

/**
 * Where each frame of a video begins. `ptsUs` is present only where the rate varies: one integer of microseconds per
 * frame, ascending, relative to the first frame; one more, where it is known, is the end of the last.
 */
export interface FrameClock {
  readonly rate: Rational;
  readonly frameCount: number;
  readonly ptsUs?: Float64Array | readonly number[];
}

/** Rate by which the frames of a video are placed whose file was never found. */
export const NOMINAL_RATE: Rational = { num: 25, den: 1 };

/** Stands in for the clock of a video that was never measured, from its shots; only good for keeping speech with its shot. */
export function nominalClock(shots: readonly { readonly endFrame: number }[]): FrameClock {
  return { rate: NOMINAL_RATE, frameCount: shots.at(-1)?.endFrame ?? 0 };
}

/** Frames per second as a float: for display only. */
export function framesPerSecond(rate: Rational): number {
  return rate.num / rate.den;
}

/** Microseconds from the first frame to the start of `frame`; `frameCount` itself gives the end of the last frame. */
export function frameToUs(clock: FrameClock, frame: number): number {
  const { ptsUs, rate } = clock;
  if (ptsUs === undefined) return Math.round((frame * rate.den * 1e6) / rate.num);
  const exact = ptsUs[frame];
  if (exact !== undefined) return exact;
  const last = ptsUs.length - 1;
  return Math.round((ptsUs[last] ?? 0) + ((frame - Math.max(last, 0)) * rate.den * 1e6) / rate.num);
}

/** What stays this long is seen as a picture and not as a part of a movement, as the slides of a talk are. */
const STANDING_US = 1_500_000;

/** Whether a frame stays on the screen for so long that it is a still picture of its own. */
export function isStanding(clock: FrameClock, frame: number): boolean {
  return frameToUs(clock, frame + 1) - frameToUs(clock, frame) >= STANDING_US;
}

/** The frame on screen at `timeUs`, clamped to the video. */
export function usToFrame(clock: FrameClock, timeUs: number): number {
  const { ptsUs, rate, frameCount } = clock;
  const lastFrame = Math.max(0, frameCount - 1);
  if (ptsUs === undefined) {
    // frameToUs rounds to whole microseconds: half of one keeps frame → time → frame exact.
    const frame = Math.floor(((timeUs + 0.5) * rate.num) / (rate.den * 1e6));
    return Math.min(lastFrame, Math.max(0, frame));
  }
  return Math.min(lastFrame, Math.max(0, upperBound(ptsUs, timeUs) - 1));
}

/** The frame that begins nearest to `timeUs`, before or after it; `frameCount` stands for the end. Times outside the video give numbers outside it. */
export function nearestFrame(clock: FrameClock, timeUs: number): number {
  const { ptsUs, rate, frameCount } = clock;
  const framesIn = (durationUs: number): number => Math.round((durationUs * rate.num) / (rate.den * 1e6));
  if (ptsUs === undefined || timeUs <= 0) return framesIn(timeUs);
  const endUs = frameToUs(clock, frameCount);
  if (timeUs >= endUs) return frameCount + framesIn(timeUs - endUs);
  const shown = usToFrame(clock, timeUs);
  return frameToUs(clock, shown + 1) - timeUs < timeUs - frameToUs(clock, shown) ? shown + 1 : shown;
}

/** Number of sorted values that are ≤ `limit`. */
function upperBound(values: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `H:MM:SS.mmm` for people; hours are left out below one hour. */
export function formatTimeUs(timeUs: number): string {
  const totalMs = Math.max(0, Math.round(timeUs / 1000));
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
  const seconds = Math.floor(totalMs / 1000);
  const tail = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}.${pad(totalMs % 1000, 3)}`;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${tail}` : tail;
}
