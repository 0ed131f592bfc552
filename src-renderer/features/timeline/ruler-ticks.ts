import type { FrameClock } from '#shared/domain/time.ts';
import { formatTimeUs, frameToUs, framesPerSecond, usToFrame } from '#shared/domain/time.ts';
import type { TimelineExtent, TimelineView } from '../../editing/timeline-geometry.ts';
import { visibleFrames } from '../../editing/timeline-geometry.ts';

export interface RulerTick {
  readonly frame: number;
  /** Empty on minor ticks. */
  readonly label: string;
}

const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const STEPS_FRAMES = [1, 2, 5, 10, 20];
const MIN_LABEL_GAP_PX = 84;
const MIN_TICK_GAP_PX = 4;
const MINOR_PER_MAJOR = 5;
/** At this width a step of frames reads better than a step of seconds. */
const SUBSECOND_LABEL_GAP_PX = 56;

/**
 * Ticks on screen: whole seconds or more when far, frames when close. Times come from the clock, so VFR is placed right. Never more of them than fit,
 * whatever rate, length and times a project claims.
 */
export function rulerTicks(clock: FrameClock, view: TimelineView, extent: TimelineExtent): RulerTick[] {
  const { first, end } = visibleFrames(view, extent);
  const fps = framesPerSecond(clock.rate);
  const pxPerSecond = fps / view.framesPerPixel;
  if (pxPerSecond >= SUBSECOND_LABEL_GAP_PX * 4) return frameTicks(view, first, end);
  return timeTicks(clock, { pxPerSecond, firstUs: frameToUs(clock, first), endUs: frameToUs(clock, end), widthPx: extent.widthPx });
}

/** The first of `steps` that is long enough, else the last one doubled until it is. */
function stepOf(steps: readonly number[], minimum: number): number {
  const last = steps.at(-1) ?? 1;
  return steps.find((step) => step >= minimum) ?? last * 2 ** Math.ceil(Math.log2(minimum / last));
}

function frameTicks(view: TimelineView, first: number, end: number): RulerTick[] {
  const step = stepOf(STEPS_FRAMES, SUBSECOND_LABEL_GAP_PX * view.framesPerPixel);
  const minor = step > 1 && step % 5 === 0 ? step / 5 : 1;
  const ticks: RulerTick[] = [];
  for (let frame = Math.floor(first / minor) * minor; frame < end; frame += minor) {
    ticks.push({ frame, label: frame % step === 0 ? String(frame) : '' });
  }
  return ticks;
}

interface TimeSpan {
  readonly pxPerSecond: number;
  readonly firstUs: number;
  readonly endUs: number;
  readonly widthPx: number;
}

function timeTicks(clock: FrameClock, { pxPerSecond, firstUs, endUs, widthPx }: TimeSpan): RulerTick[] {
  // Frames of a variable rate may last far longer than the nominal rate says.
  const shownSecondsPerPx = (endUs - firstUs) / 1e6 / Math.max(1, widthPx);
  const leastSeconds = Math.max(MIN_LABEL_GAP_PX / pxPerSecond, MINOR_PER_MAJOR * MIN_TICK_GAP_PX * shownSecondsPerPx);
  const stepSeconds = stepOf(STEPS_SECONDS, leastSeconds);
  const minorUs = (stepSeconds * 1e6) / MINOR_PER_MAJOR;
  const firstTick = Math.ceil(firstUs / minorUs);
  return Array.from({ length: Math.floor(endUs / minorUs) - firstTick + 1 }, (_, index) => {
    const tick = firstTick + index;
    const label = tick % MINOR_PER_MAJOR === 0 ? formatTimeUs(tick * minorUs).replace(/\.000$/, '') : '';
    return { frame: usToFrame(clock, tick * minorUs), label };
  });
}
