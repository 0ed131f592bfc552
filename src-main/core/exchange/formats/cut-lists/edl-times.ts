import { type FrameClock, framesPerSecond, frameToUs, nearestFrame } from '#shared/domain/time.ts';
import { frameAtRate, nominalRate } from './listed-shots.ts';

/** `01:00:03;17`. */
export interface TimeCode {
  readonly seconds: number;
  readonly frames: number;
  readonly isDropFrame: boolean;
}

const TIME_CODE = /^(\d{1,2}):([0-5]\d):([0-5]\d)([:;.,])(\d{2,3})$/u;

/** Null for what is no time code. A `;` or `,` before the frames means dropped numbers, and so does `isDropFrame` where there is neither. */
export function timeCodeOf(text: string, isDropFrame: boolean): TimeCode | null {
  const match = TIME_CODE.exec(text);
  if (match === null) return null;
  const [, hours, minutes, seconds, sign = ':', frames] = match;
  return {
    seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    frames: Number(frames),
    isDropFrame: sign === ':' || sign === '.' ? isDropFrame : true,
  };
}

/** Counts of editors, one of which a list for a video of another rate was made with. */
const COUNTS = [24, 25, 30, 48, 50, 60, 100, 120];

export interface TimeCodeReading {
  /** Frames of the video from 00:00:00:00 on. */
  frameOf(code: TimeCode): number;
  readonly notes: readonly string[];
}

/**
 * Reads time codes as labels of frames, of which some numbers are left out each minute where frames are dropped, at the rate of the video:
 * lists do not say theirs. Where a label has more frames than a second of the video, the list is for another rate and read by its times.
 */
export function readTimeCodes(codes: readonly TimeCode[], clock: FrameClock): TimeCodeReading {
  const own = nominalRate(clock.rate);
  const most = codes.reduce((most, { frames }) => Math.max(most, frames), 0);
  const count = most < own ? own : (COUNTS.find((each) => each > most) ?? most + 1);
  const hasDropped = codes.some(({ isDropFrame }) => isDropFrame);
  const isDroppable = count % 30 === 0;
  const rate = count === own ? framesPerSecond(clock.rate) : hasDropped && isDroppable ? (count * 1000) / 1001 : count;
  const notes: string[] = [];
  if (count !== own) notes.push(`its time codes count ${count} frames a second and the video has ${own}; they were read by time`);
  if (hasDropped && !isDroppable)
    notes.push(`dropped frames (";" in its time codes) are not possible at ${count} frames a second; it was read as if there were none`);
  if (count === own && clock.ptsUs !== undefined)
    notes.push('the video has a variable rate; time codes were read as times at its average rate');
  return { frameOf: (code) => frameAtRate(clock, labelFrame(code, count), rate), notes };
}

/** Two numbers of thirty are left out at the start of each minute but every tenth. */
function labelFrame({ seconds, frames, isDropFrame }: TimeCode, count: number): number {
  const minutes = Math.floor(seconds / 60);
  const dropped = isDropFrame && count % 30 === 0 ? (count / 15) * (minutes - Math.floor(minutes / 10)) : 0;
  return seconds * count + frames - dropped;
}

/**
 * The time code of a frame, the other way round: `00:01:00;02`.
 * @param count frames a second that labels count
 */
export function labelOfFrame(frame: number, count: number, isDropFrame: boolean): string {
  const label = frame + (isDropFrame ? droppedBefore(frame, count) : 0);
  const seconds = Math.floor(label / count);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  return `${parts.join(':')}${isDropFrame ? ';' : ':'}${String(label % count).padStart(2, '0')}`;
}

function droppedBefore(frame: number, count: number): number {
  const perMinute = count / 15;
  const tenMinutes = count * 600 - perMinute * 9;
  const rest = frame % tenMinutes;
  const minutes = rest < count * 60 ? 0 : 1 + Math.floor((rest - count * 60) / (count * 60 - perMinute));
  return perMinute * (Math.floor(frame / tenMinutes) * 9 + minutes);
}

/** PySceneDetect counts real seconds, and cuts off what is left of them as frames: the frame is the first one from there on. */
export function frameOfRealSeconds({ seconds, frames }: TimeCode, clock: FrameClock): number {
  const { num, den } = clock.rate;
  if (clock.ptsUs === undefined) return Math.ceil((seconds * num + frames * den) / den);
  const timeUs = Math.floor((seconds + (frames * den) / num) * 1e6);
  const nearest = nearestFrame(clock, timeUs);
  return frameToUs(clock, nearest) < timeUs ? nearest + 1 : nearest;
}
