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
const STEPS_FRAMES = [1, 2, 5, 10];
const MIN_LABEL_GAP_PX = 84;
const MINOR_PER_MAJOR = 5;
/** At this width a step of frames reads better than a step of seconds. */
const SUBSECOND_LABEL_GAP_PX = 56;

/** Ticks on screen: whole seconds or more when far, frames when close. Times come from the clock, so VFR is placed right. */
export function rulerTicks(clock: FrameClock, view: TimelineView, extent: TimelineExtent): RulerTick[] {
  const { first, end } = visibleFrames(view, extent);
  const fps = framesPerSecond(clock.rate);
  const pxPerSecond = fps / view.framesPerPixel;
  return pxPerSecond >= SUBSECOND_LABEL_GAP_PX * 4 ? frameTicks(view, first, end) : timeTicks(clock, { pxPerSecond, first, end });
}

function frameTicks(view: TimelineView, first: number, end: number): RulerTick[] {
  const step = STEPS_FRAMES.find((frames) => frames / view.framesPerPixel >= SUBSECOND_LABEL_GAP_PX) ?? 20;
  const minor = step > 1 && step % 5 === 0 ? step / 5 : 1;
  const ticks: RulerTick[] = [];
  for (let frame = Math.floor(first / minor) * minor; frame < end; frame += minor) {
    ticks.push({ frame, label: frame % step === 0 ? String(frame) : '' });
  }
  return ticks;
}

function timeTicks(clock: FrameClock, span: { readonly pxPerSecond: number; readonly first: number; readonly end: number }): RulerTick[] {
  const stepSeconds = STEPS_SECONDS.find((seconds) => seconds * span.pxPerSecond >= MIN_LABEL_GAP_PX) ?? 14_400;
  const minorUs = (stepSeconds * 1e6) / MINOR_PER_MAJOR;
  const ticks: RulerTick[] = [];
  for (let n = Math.ceil(frameToUs(clock, span.first) / minorUs); n * minorUs <= frameToUs(clock, span.end); n++) {
    const isMajor = n % MINOR_PER_MAJOR === 0;
    const label = isMajor ? formatTimeUs(n * minorUs).replace(/\.000$/, '') : '';
    ticks.push({ frame: usToFrame(clock, n * minorUs), label });
  }
  return ticks;
}
