import { MAX_SHOTS } from '#core/project/room.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { TransitionKind } from '#shared/domain/shot.ts';
import { type FrameClock, framesPerSecond, nearestFrame, type Rational } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import type { ListedShot } from '../cut-list-format.ts';

/** A hundred days: what is later is a broken time stamp, and no video. */
const LATEST_SECONDS = 100 * 24 * 3600;
/** A remark is a few lines. */
const MAX_CAPTION_LENGTH = 20_000;
/** Rates that differ by less mean the same frames, as 30 and 30000/1001 do in editors. */
const SAME_FRAMES = 0.002;
/** Rates that differ by less are the same, written with few digits. */
const SAME_RATE = 0.0002;

/** Collects the shots of a list, which ends where no video has more. */
export function createListedShots() {
  const shots: ListedShot[] = [];
  return {
    shots,
    /** @throws AppError `invalid-input` */
    add(shot: ListedShot): void {
      if (shots.length >= MAX_SHOTS) throw new AppError('invalid-input', words('exchange.tooManyListedShots', { limit: MAX_SHOTS }));
      shots.push(shot);
    },
  };
}

/** Seconds of a decimal or of `H:MM:SS.mmm`, in microseconds; null for what is none, or later than any video. */
export function timeUsOf(text: string): number | null {
  const match = /^\s*(-)?(?:(?:(\d{1,5}):)?(\d{1,5}):)?(\d{1,9})(?:[.,](\d{1,20}))?\s*$/u.exec(text);
  if (match === null) return null;
  const [, sign, hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (whole > LATEST_SECONDS) return null;
  const timeUs = whole * 1e6 + Math.round(Number(`0.${fraction || '0'}`) * 1e6);
  return sign === undefined ? timeUs : -timeUs;
}

/** Microseconds of `seconds`, which may be any number; null as `timeUsOf`. */
export function finiteTimeUs(seconds: unknown): number | null {
  return typeof seconds === 'number' && Math.abs(seconds) <= LATEST_SECONDS ? seconds * 1e6 : null;
}

/** Whether frames that are counted at `rate` are those of the video. */
export function countsFramesOf(clock: FrameClock, rate: number): boolean {
  return clock.ptsUs === undefined && Math.abs(rate / framesPerSecond(clock.rate) - 1) < SAME_FRAMES;
}

/** The frame of the video at frame `count` of a list that counts at `rate`; of another rate, or of a variable one, by time. Not cut off at the ends of the video. */
export function frameAtRate(clock: FrameClock, count: number, rate: number): number {
  return countsFramesOf(clock, rate) ? Math.round(count) : nearestFrame(clock, (count / rate) * 1e6);
}

/** What is to be said of a list whose rate is not the video's; null: nothing. */
export function rateNote(clock: FrameClock, rate: number): string | null {
  const own = framesPerSecond(clock.rate);
  const difference = Math.abs(rate / own - 1);
  if (clock.ptsUs !== undefined) return 'the video has a variable rate, so the times of the list were used and not its frame numbers';
  if (difference < SAME_RATE) return null;
  const rates = `the list counts ${shortRate(rate)} frames a second and the video has ${shortRate(own)}`;
  return difference < SAME_FRAMES ? `${rates}; they were taken for the same frames` : `${rates}; its times were used`;
}

function shortRate(rate: number): string {
  return String(Math.round(rate * 1000) / 1000);
}

/** The exact rate that a number with few digits stands for: 29.97 is 30000/1001. */
export function exactRate(rate: number): number {
  const whole = Math.round(rate * 1.001);
  return Math.abs((whole * 1000) / 1001 - rate) < 0.005 ? (whole * 1000) / 1001 : rate;
}

/** How many frames a second labels of time codes count. */
export function nominalRate({ num, den }: Rational): number {
  return Math.max(1, Math.round(num / den));
}

/** How a shot begins, by what programs call it. */
export function transitionKindOf(name: string): TransitionKind {
  if (/fade|dip\b/iu.test(name)) return 'fade';
  return /dissolve|^x$/iu.test(name) ? 'dissolve' : 'unknown';
}

/** Remarks on a shot as one text: each once, in their order, without signs that are no letters. */
export function captionOf(remarks: readonly string[]): string {
  const clean = remarks.map((remark) =>
    remark
      .slice(0, MAX_CAPTION_LENGTH)
      .replaceAll(/[^\P{Cc}\n]+/gu, ' ')
      .trim(),
  );
  return [...new Set(clean)]
    .filter((remark) => remark !== '')
    .join('\n')
    .slice(0, MAX_CAPTION_LENGTH);
}
