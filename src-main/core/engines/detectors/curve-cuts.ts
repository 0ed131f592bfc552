import type { Cut } from '#shared/domain/shot.ts';
import { frameToUs, type FrameClock, isStanding } from '#shared/domain/time.ts';
import type { CutOptions, ScoreCurve } from '../shot-detector.ts';
import { findTransitions, type GradualTransition } from './gradual-transitions.ts';

/**
 * Cuts from a score curve: each stretch of frames at or above the threshold gives one, at its highest score; a picture that stays for
 * long ends a stretch. Frames of a gradual transition give one together, with its extent. A shot that would be shorter than `minShotUs` loses the less sure of its ends.
 */
export function cutsFromCurve(curve: ScoreCurve, clock: FrameClock, options: CutOptions): Cut[] {
  const transitions = curve.transition === null ? [] : findTransitions(curve.cut, curve.transition);
  const gradual = transitions.flatMap((transition) => gradualCut(transition, options.threshold));
  const isInTransition = new Uint8Array(curve.cut.length);
  for (const { startFrame, endFrame } of transitions) isInTransition.fill(1, startFrame, endFrame + 1);
  const cuts = [...gradual, ...hardCuts(curve.cut, clock, { isInTransition, threshold: options.threshold })];
  return withoutShortShots(cuts, clock, options.minShotUs);
}

function gradualCut({ kind, startFrame, endFrame, boundaryFrame, score }: GradualTransition, threshold: number): Cut[] {
  if (boundaryFrame === null || score < threshold) return [];
  return [{ frame: boundaryFrame, kind, startFrame, endFrame, confidence: score }];
}

interface HardCutOptions {
  readonly isInTransition: Uint8Array;
  readonly threshold: number;
}

function hardCuts(scores: Float32Array, clock: FrameClock, { isInTransition, threshold }: HardCutOptions): Cut[] {
  const cuts: Cut[] = [];
  const isHigh = (frame: number): boolean => (scores[frame] ?? 0) >= threshold && isInTransition[frame] === 0;
  // A score at frame 0 would begin a shot that begins there anyway.
  for (let frame = 1; frame < scores.length; frame++) {
    if (!isHigh(frame)) continue;
    let best = frame;
    for (; isHigh(frame + 1) && !isStanding(clock, frame); frame++) if ((scores[frame + 1] ?? 0) > (scores[best] ?? 0)) best = frame + 1;
    cuts.push({ frame: best, kind: 'cut', startFrame: best, endFrame: best, confidence: scores[best] ?? 0 });
  }
  return cuts;
}

/** Takes cuts in the order of their confidence; each leaves at least `minShotUs` to those taken before and to the video's ends. */
function withoutShortShots(cuts: readonly Cut[], clock: FrameClock, minShotUs: number): Cut[] {
  const taken: { readonly cut: Cut; readonly timeUs: number }[] = [];
  const endUs = frameToUs(clock, clock.frameCount);
  for (const cut of cuts.toSorted((a, b) => b.confidence - a.confidence || a.frame - b.frame)) {
    const timeUs = frameToUs(clock, cut.frame);
    const isRoomLeft = timeUs >= minShotUs && endUs - timeUs >= minShotUs;
    if (isRoomLeft && taken.every((other) => Math.abs(other.timeUs - timeUs) >= minShotUs)) taken.push({ cut, timeUs });
  }
  return taken.map(({ cut }) => cut).sort((a, b) => a.frame - b.frame);
}
