import type { FrameSize } from '#core/media/pictures.ts';
import { createFrameRing } from './frame-ring.ts';
import { createMixingMeter, HALF_LENGTHS, LONGEST_HALF } from './frame-mixing.ts';

/** Below this change of brightness (0–255) from end to end a gradual change counts for less. */
const FULL_CHANGE = 12;
/** Gradual changes that score less are none. */
const LEAST_SCORE = 0.2;
/** Outermost part of the way from one picture to the other that counts as arrived. */
const ARRIVED = 0.05;

/** Whether a frame is the middle of a gradual change is known this many frames later: to judge it, and to compare it with others. */
export const GRADUAL_LOOKAHEAD = 3 * LONGEST_HALF + LONGEST_HALF;
/** A gradual change reaches at most this far to either side of its middle. */
export const GRADUAL_REACH = LONGEST_HALF;

export interface GradualChange {
  /** 0..1. */
  readonly score: number;
  readonly startFrame: number;
  readonly endFrame: number;
}

export interface GradualScorer {
  /** @param luma brightness of the next frame, one value per pixel. */
  push(luma: Uint8Array): void;
  /** Stands for a frame after the last one. */
  pushNothing(): void;
  /** The gradual change whose middle lies `GRADUAL_LOOKAHEAD` frames before the newest frame, if one does. */
  settled(): GradualChange | null;
}

/**
 * Dissolves, and fades to and from a plain colour. In the middle of one the picture is the mean of the pictures to both sides (a
 * moving camera's is not), it changes more than in the same time before and after (a slow pan does not), and in no single step (a
 * cut does).
 */
export function createGradualScorer(size: FrameSize): GradualScorer {
  const mixing = createMixingMeter(size);
  const steps = createFrameRing();
  const byHalf = HALF_LENGTHS.map((half) => ({ half, change: createFrameRing(), evenness: createFrameRing() }));
  const best = { score: createFrameRing(), half: createFrameRing() };
  let frameCount = 0;

  function next(step: number): void {
    steps.set(frameCount, step);
    frameCount += 1;
    const middle = frameCount - 1 - 3 * LONGEST_HALF;
    best.score.set(middle, 0);
    for (const { half, change, evenness } of byHalf) {
      const total = change.get(middle);
      if (middle < 0 || total === 0) continue;
      const elsewhere = Math.max(change.get(middle - 2 * half), change.get(middle + 2 * half));
      const prominence = ramp(total / (total + elsewhere), 0.4, 0.6);
      const smoothness = 1 - ramp(steepest(middle, half) / total, 0.35, 0.6);
      const score = evenness.get(middle) * Math.min(1, total / FULL_CHANGE) * prominence * smoothness;
      if (score <= best.score.get(middle)) continue;
      best.score.set(middle, score);
      best.half.set(middle, half);
    }
  }

  function steepest(middle: number, half: number): number {
    let step = 0;
    for (let frame = middle - half + 1; frame <= middle + half; frame++) step = Math.max(step, steps.get(frame));
    return step;
  }

  function isPeak(frame: number): boolean {
    const score = best.score.get(frame);
    const half = best.half.get(frame);
    for (let distance = 1; distance <= half; distance++) {
      if (best.score.get(frame - distance) >= score || best.score.get(frame + distance) > score) return false;
    }
    return true;
  }

  /** As far as the picture is on its way from the one to the other. */
  function extent(middle: number, half: number): Pick<GradualChange, 'startFrame' | 'endFrame'> {
    const [from, to] = [middle - half, middle + half];
    let [start, end] = [middle, middle + 1];
    while (start - 1 > from && mixing.progress(start - 1, from, to) > ARRIVED) start -= 1;
    while (end < to && mixing.progress(end, from, to) < 1 - ARRIVED) end += 1;
    return { startFrame: start, endFrame: end };
  }

  return {
    push(luma) {
      mixing.push(luma);
      for (const { half, change, evenness } of byHalf) {
        const measured = mixing.newestMixing(half);
        change.set(frameCount - half, measured?.change ?? 0);
        evenness.set(frameCount - half, measured?.evenness ?? 0);
      }
      next(mixing.newestStep());
    },
    pushNothing() {
      for (const { half, change } of byHalf) change.set(frameCount - half, 0);
      next(0);
    },
    settled() {
      const middle = frameCount - 1 - GRADUAL_LOOKAHEAD;
      const score = best.score.get(middle);
      if (middle < 0 || score < LEAST_SCORE || !isPeak(middle)) return null;
      return { score, ...extent(middle, best.half.get(middle)) };
    },
  };
}

/** 0 up to `from`, 1 from `to` on, straight between. */
function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
