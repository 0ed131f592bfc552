import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutsFromCurve } from '#core/engines/detectors/curve-cuts.ts';
import { PLAIN_SCORE } from '#core/engines/detectors/plain-frame.ts';
import type { ScoreCurve } from '#core/engines/shot-detector.ts';
import { type FrameClock, frameToUs } from '#shared/domain/time.ts';

const FRAMES = 200;
const clock: FrameClock = { rate: { num: 25, den: 1 }, frameCount: FRAMES };

/** A curve that is 0 but for the given scores; `transition` names ranges `[start, end)` with their score. */
function curveOf(cut: Record<number, number>, transition: readonly (readonly [number, number, number])[] = []): ScoreCurve {
  const curve = { cut: new Float32Array(FRAMES), transition: new Float32Array(FRAMES) };
  for (const [frame, score] of Object.entries(cut)) curve.cut[Number(frame)] = score;
  for (const [start, end, score] of transition) curve.transition.fill(score, start, end);
  return curve;
}

function cuts(curve: ScoreCurve, { threshold = 0.5, minShotUs = 0, on = clock } = {}): string[] {
  return cutsFromCurve(curve, on, { threshold, minShotUs }).map(
    ({ frame, kind, startFrame, endFrame }) => `${kind} ${frame}${kind === 'cut' ? '' : ` of ${startFrame}–${endFrame}`}`,
  );
}

describe('cuts from a curve', () => {
  it('stand at the highest score of each stretch above the threshold', () => {
    const curve = curveOf({ 40: 0.9, 60: 0.6, 61: 0.8, 62: 0.7, 90: 0.4 });
    expect(cuts(curve)).toEqual(['cut 40', 'cut 61']);
    expect(cuts(curve, { threshold: 0.3 })).toEqual(['cut 40', 'cut 61', 'cut 90']);
    expect(cuts({ ...curve, transition: null })).toEqual(['cut 40', 'cut 61']);
  });

  it('stand at each of several pictures that stay for long', () => {
    const ptsUs = Array.from({ length: FRAMES + 1 }, (_, frame) => frame * 40_000 + Math.min(Math.max(frame - 50, 0), 4) * 3_000_000);
    const curve = curveOf({ 50: 0.9, 51: 0.8, 52: 0.9, 53: 0.7, 54: 0.8, 55: 0.7 });
    expect(cuts(curve)).toEqual(['cut 50']);
    expect(cuts(curve, { on: { ...clock, ptsUs } })).toEqual(['cut 50', 'cut 51', 'cut 52', 'cut 53', 'cut 54']);
  });

  it('never begin a shot with the first frame, which begins one anyway', () => {
    expect(cuts(curveOf({ 0: 1 }))).toEqual([]);
  });

  it('leave shots no shorter than asked, the surest first', () => {
    const curve = curveOf({ 5: 0.9, 40: 0.6, 50: 0.9, 60: 0.7, 197: 0.8 });
    expect(cuts(curve, { minShotUs: 15 * 40_000 })).toEqual(['cut 50']);
    expect(cuts(curve, { minShotUs: 10 * 40_000 })).toEqual(['cut 40', 'cut 50', 'cut 60']);
    expect(cuts(curve, { minShotUs: 3 * 40_000 })).toEqual(['cut 5', 'cut 40', 'cut 50', 'cut 60', 'cut 197']);
  });

  it('measure shots by the clock where the rate varies', () => {
    // 100 frames at 25 a second, then 100 at 5 a second.
    const ptsUs = Array.from({ length: FRAMES }, (_, frame) => (frame < 100 ? frame * 40_000 : 4_000_000 + (frame - 100) * 200_000));
    const curve = curveOf({ 50: 0.9, 55: 0.8, 150: 0.9, 155: 0.8 });
    expect(cuts(curve, { minShotUs: 1_000_000, on: { ...clock, ptsUs } })).toEqual(['cut 50', 'cut 150', 'cut 155']);
  });
});

describe('gradual transitions in a curve', () => {
  it('are one dissolve, however many frames score', () => {
    expect(cuts(curveOf({ 88: 0.6, 90: 0.9, 93: 0.6 }, [[80, 100, 0.95]]))).toEqual(['dissolve 90 of 80–100']);
  });

  it('need both curves to be sure', () => {
    expect(cuts(curveOf({ 90: 0.6 }, [[85, 95, 0.5]]))).toEqual([]);
    expect(cuts(curveOf({ 90: 0.2 }, [[80, 100, 0.99]]))).toEqual([]);
  });

  it('are cuts where only a frame or two are mixed', () => {
    expect(cuts(curveOf({ 90: 0.9 }, [[89, 91, 0.9]]))).toEqual(['cut 90']);
  });

  it('through a plain colour are one fade, cut in the middle of the plain frames', () => {
    const curve = curveOf({ 74: 0.4, 94: 0.3 }, [
      [70, 78, 0.9],
      [80, 90, PLAIN_SCORE],
      [91, 99, 0.8],
    ]);
    expect(cuts(curve)).toEqual(['fade 85 of 70–99']);
    expect(cutsFromCurve(curve, clock, { threshold: 0.5, minShotUs: 0 })[0]?.confidence).toBeCloseTo(1 - 0.6 * 0.7);
  });

  it('with one hard side are cut there', () => {
    const out = [
      [70, 80, 0.9],
      [80, 90, PLAIN_SCORE],
    ] as const;
    expect(cuts(curveOf({ 74: 0.5, 90: 0.9 }, out))).toEqual(['fade 90 of 70–90']);
    const into = [
      [80, 90, PLAIN_SCORE],
      [90, 99, 0.9],
    ] as const;
    expect(cuts(curveOf({ 80: 0.9, 94: 0.5 }, into))).toEqual(['fade 80 of 80–99']);
  });

  it('are none around a plain picture between two cuts: that is a shot', () => {
    expect(
      cuts(
        curveOf({ 80: 0.9, 120: 0.9 }, [
          [79, 80, 0.9],
          [80, 120, PLAIN_SCORE],
        ]),
      ),
    ).toEqual(['cut 80', 'cut 120']);
  });

  it('from nothing at the beginning and to nothing at the end lead to no shot', () => {
    const curve = curveOf({ 14: 0.9, 186: 0.9 }, [
      [0, 10, PLAIN_SCORE],
      [10, 20, 0.9],
      [180, 190, 0.9],
      [190, 200, PLAIN_SCORE],
    ]);
    expect(cuts(curve)).toEqual([]);
  });
});

it('whatever the curve, cuts come in order, inside the video, far enough apart, with extents that hold them', () => {
  const scores = fc.array(fc.constantFrom(0, 0, 0, 0.2, 0.3, 0.6, 0.8, 0.95, 1), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(scores, scores, fc.nat(400_000), (cut, transition, minShotUs) => {
      const frameCount = cut.length;
      const curve = {
        cut: Float32Array.from(cut),
        transition: Float32Array.from({ length: frameCount }, (_, frame) => transition[frame] ?? 0),
      };
      const on = { ...clock, frameCount };
      const found = cutsFromCurve(curve, on, { threshold: 0.5, minShotUs });
      const times = [0, ...found.map(({ frame }) => frameToUs(on, frame)), frameToUs(on, frameCount)];
      for (const [index, timeUs] of times.slice(1).entries()) {
        if (found.length > 0) expect(timeUs - (times[index] ?? 0)).toBeGreaterThanOrEqual(minShotUs);
      }
      for (const { frame, startFrame, endFrame, confidence } of found) {
        expect(frame).toBeGreaterThan(0);
        expect(frame).toBeLessThan(frameCount);
        expect(startFrame).toBeLessThanOrEqual(frame);
        expect(endFrame).toBeGreaterThanOrEqual(frame);
        expect(endFrame).toBeLessThanOrEqual(frameCount);
        expect(confidence).toBeGreaterThanOrEqual(0.5);
        expect(confidence).toBeLessThanOrEqual(1);
      }
      expect(new Set(found.map(({ frame }) => frame)).size).toBe(found.length);
    }),
  );
});
