import { z } from 'zod';
import { type FrameClock, nearestFrame } from '#shared/domain/time.ts';
import { requireFrames, UnusableRecord } from '../shot2story-record.ts';

/** Seconds, or hours, minutes and seconds: `12.5`, `"12.5"`, `"00:00:12.500"`. */
const Time = z.union([z.number(), z.string().max(40)]);
const Timed = z.looseObject({
  video_id: z.string().max(255).optional(),
  start: Time.nullish(),
  start_time: Time.nullish(),
  end: Time.nullish(),
  end_time: Time.nullish(),
  duration: Time.nullish(),
});

/** A part of a video, in seconds from its first picture. */
export interface SecondsSpan {
  readonly startS: number;
  readonly endS: number;
}

/** Where a scene lies in its video. */
export interface SceneTimes extends SecondsSpan {
  /** Id of the video, which is the name of its file without the ending. */
  readonly videoId: string;
}

const SCENE = /^(.+)-Scene-\d+(?:\.[^.]+)?$/su;

/**
 * The beginning and the end of a scene, as in `*_cut_meta.json` of Vript; null where it has none. Its `DATA.md` names start time, end time and duration, and not the keys: `start` or
 * `start_time`, `end` or `end_time`, or a start and a `duration` are read.
 * @throws UnusableRecord for times that are none
 */
export function sceneTimes(clipId: string, scene: unknown): SceneTimes | null {
  const { data } = Timed.safeParse(scene);
  const start = data?.start ?? data?.start_time;
  const end = data?.end ?? data?.end_time;
  if (start === undefined || start === null) return null;
  if ((end === undefined || end === null) && (data?.duration === undefined || data.duration === null)) return null;
  const startS = seconds(start, 'start');
  const endS = end === undefined || end === null ? startS + seconds(data?.duration ?? '', 'duration') : seconds(end, 'end');
  if (startS < 0 || endS <= startS) throw new UnusableRecord(`its scene lasts from ${startS} to ${endS} seconds`);
  const videoId = data?.video_id ?? SCENE.exec(clipId)?.[1];
  if (videoId === undefined || videoId === '')
    throw new UnusableRecord('it has cut times, and neither video_id nor a clip_id of the form <video>-Scene-001 says of which video');
  return { videoId, startS, endS };
}

/** @throws UnusableRecord */
function seconds(time: number | string, what: string): number {
  const parts = typeof time === 'number' ? [time] : time.trim() === '' ? [Number.NaN] : time.trim().split(':').map(Number);
  const total = parts.reduce((sum, part) => sum * 60 + part, 0);
  if (parts.length > 3 || !Number.isFinite(total))
    throw new UnusableRecord(`its ${what} is no time in seconds, nor hours, minutes and seconds`);
  return total;
}

/**
 * The frames of a part: each begins nearest to its time.
 * @param what names it in messages
 * @throws UnusableRecord for one without a frame
 */
export function framesOfSpan(
  { startS, endS }: SecondsSpan,
  clock: FrameClock,
  what: string,
): { readonly startFrame: number; readonly endFrame: number } {
  const [startFrame, endFrame] = [nearestFrame(clock, startS * 1e6), nearestFrame(clock, endS * 1e6)];
  if (endFrame <= startFrame) throw new UnusableRecord(`${what} is shorter than a frame of its video`);
  requireFrames(what, startFrame, endFrame - 1);
  return { startFrame, endFrame };
}
