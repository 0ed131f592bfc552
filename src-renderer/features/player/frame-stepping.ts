import type { FrameClock } from '#shared/domain/time.ts';
import { frameToUs, usToFrame } from '#shared/domain/time.ts';

/**
 * The frame whose start is nearest to `timeUs`. For times that *are* some frame's start up to the container's rounding
 * (Matroska and WebM round to 1 ms; browsers cut to 1 µs), where `usToFrame` would name the frame before.
 */
export function nearestFrame(clock: FrameClock, timeUs: number): number {
  const frame = usToFrame(clock, timeUs);
  const next = Math.min(frame + 1, Math.max(0, clock.frameCount - 1));
  return frameToUs(clock, next) - timeUs < timeUs - frameToUs(clock, frame) ? next : frame;
}

/**
 * `<video>.currentTime` in seconds that shows `frame`: its middle, so that no rounding can land on a neighbour.
 * `startUs`: container time of the first frame (`VideoProbe.startUs`).
 */
export function seekTarget(clock: FrameClock, frame: number, startUs: number): number {
  return (startUs + (frameToUs(clock, frame) + frameToUs(clock, frame + 1)) / 2) / 1e6;
}

function clampFrame(frame: number, frameCount: number): number {
  return Math.min(Math.max(0, frameCount - 1), Math.max(0, Math.round(frame)));
}

/** Frame one second before or after: by the clock, so that it holds for variable rates. Moves at least one frame. */
export function frameAfterSeconds(clock: FrameClock, frame: number, seconds: number): number {
  const target = usToFrame(clock, frameToUs(clock, frame) + seconds * 1e6);
  return target === frame ? clampFrame(frame + Math.sign(seconds), clock.frameCount) : target;
}
