import type { Cut } from '#shared/domain/shot.ts';
import { type FrameClock, frameToUs } from '#shared/domain/time.ts';
import type { CutOptions, ScoreCurve } from '../engine.ts';
import { PLAIN_SCORE } from './plain-frame.ts';

/** Interim: peaks of the cut curve over the threshold; replaced by the detector engineer's version. */
export function cutsFromCurve(curve: ScoreCurve, clock: FrameClock, { threshold, minShotUs }: CutOptions): Cut[] {
  const cuts: Cut[] = [];
  let lastUs = 0;
  for (let frame = 1; frame < curve.cut.length; frame++) {
    const score = curve.cut[frame] ?? 0;
    if (score <= threshold || score < (curve.cut[frame - 1] ?? 0) || score < (curve.cut[frame + 1] ?? 0)) continue;
    const startUs = frameToUs(clock, frame);
    if (startUs - lastUs < minShotUs) continue;
    lastUs = startUs;
    let start = frame;
    let end = frame;
    const inside = (at: number): boolean => (curve.transition?.[at] ?? 0) > threshold;
    while (inside(start - 1)) start--;
    while (inside(end)) end++;
    const isGradual = end - start >= 3;
    const plain = isGradual && curve.transition?.subarray(start, end).includes(PLAIN_SCORE) === true;
    cuts.push({ frame, kind: !isGradual ? 'cut' : plain ? 'fade' : 'dissolve', startFrame: isGradual ? start : frame, endFrame: isGradual ? end : frame, confidence: Math.min(1, score) });
  }
  return cuts;
}
