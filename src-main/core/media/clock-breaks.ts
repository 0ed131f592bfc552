import { seconds } from './ffmpeg-time.ts';
import type { Rational } from '#shared/domain/time.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { ticksToUs } from './frame-timing.ts';
import { withoutStrays } from './time-repair.ts';
import { readLines } from './tool-process.ts';

/** A clock that goes back by more than this, in microseconds, started anew; less is the disorder of a damaged file. */
const RESTART_US = 250_000;
/** Transport streams that jump ahead by more than this were joined, or their clock was set; ffmpeg and players take it for no pause. */
const LEAP_US = 10_000_000;
/** More pauses than this are not looked into. */
const MAX_LEAPS = 20;
/** Containers whose parts may be written one behind the other. */
const JOINABLE: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);

/** A stretch of the clock without a picture, in container time. */
interface Leap {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface ClockBreaks {
  /** The clock goes back. */
  readonly isRestarted: boolean;
  readonly leaps: readonly Leap[];
}

export function clockBreaks(ticks: Float64Array, { container, timeBase }: { container: string; timeBase: Rational }): ClockBreaks {
  const mayLeap = !JOINABLE.has(container);
  const leaps: Leap[] = [];
  let latest = Number.NaN;
  for (const tick of withoutStrays(ticks)) {
    const [fromUs, toUs] = [ticksToUs(latest, timeBase), ticksToUs(tick, timeBase)];
    if (toUs - fromUs < -RESTART_US) return { isRestarted: true, leaps };
    if (!mayLeap && toUs - fromUs > LEAP_US) leaps.push({ fromUs, toUs });
    if (!Number.isNaN(tick)) latest = Number.isNaN(latest) ? tick : Math.max(latest, tick);
  }
  return { isRestarted: false, leaps };
}

export function startsAnew({ isRestarted, leaps }: ClockBreaks): boolean {
  return isRestarted || leaps.length > 0;
}

/** Whether all that breaks the clock are pauses of the pictures, in which the audio goes on. */
export async function isPausedOnly(
  { isRestarted, leaps }: ClockBreaks,
  file: { readonly ffmpeg: Ffmpeg; readonly path: string; readonly signal: AbortSignal },
): Promise<boolean> {
  if (isRestarted || leaps.length > MAX_LEAPS) return false;
  for (const leap of leaps) if (!(await hasAudioThroughout(leap, file))) return false;
  return true;
}

async function hasAudioThroughout({ fromUs, toUs }: Leap, { ffmpeg, path, signal }: Parameters<typeof isPausedOnly>[1]): Promise<boolean> {
  const interval = `${seconds(fromUs)}%${seconds(toUs)}`;
  const args = ['-select_streams', 'a', '-read_intervals', interval, '-show_entries', 'packet=pts_time', '-of', 'csv'];
  const tool = await ffmpeg.probe({ input: { path }, args, signal });
  let lastAudioUs = fromUs;
  let longestUs = 0;
  for await (const line of readLines(tool)) {
    const [kind, seconds] = line.split(',');
    const us = Number(seconds) * 1e6;
    if (kind !== 'packet' || Number.isNaN(us) || us <= lastAudioUs || us >= toUs) continue;
    longestUs = Math.max(longestUs, us - lastAudioUs);
    lastAudioUs = us;
  }
  const { failure } = await tool.exited;
  if (failure !== null) throw failure;
  return Math.max(longestUs, toUs - lastAudioUs) < LEAP_US / 2;
}
