import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreBoundaries, type TrueBoundary } from '#core/evaluation/shot-boundaries.ts';

const at = (frame: number): TrueBoundary => ({ startFrame: frame, endFrame: frame });

describe('scoring shot boundaries', () => {
  it('counts what is right, what is missing and what is too much', () => {
    expect(scoreBoundaries([10, 31, 70], [at(10), at(30), at(50), at(90)], 0)).toEqual({
      matched: 1,
      found: 3,
      expected: 4,
      precision: 1 / 3,
      recall: 1 / 4,
      f1: 2 / 7,
    });
  });

  it('forgives as many frames as it is asked to', () => {
    const found = [9, 32, 53];
    const truth = [at(10), at(30), at(50)];
    expect([0, 1, 2, 3].map((tolerance) => scoreBoundaries(found, truth, tolerance).matched)).toEqual([0, 1, 2, 3]);
  });

  it('takes any frame of a gradual transition for right, but only one', () => {
    const dissolve = { startFrame: 40, endFrame: 52 };
    expect(scoreBoundaries([40], [dissolve], 0).f1).toBe(1);
    expect(scoreBoundaries([52], [dissolve], 0).f1).toBe(1);
    expect(scoreBoundaries([53], [dissolve], 0).f1).toBe(0);
    expect(scoreBoundaries([42, 50], [dissolve], 0)).toMatchObject({ matched: 1, precision: 0.5, recall: 1 });
  });

  it('does not give a frame to one boundary when only it can serve another', () => {
    const wide = { startFrame: 10, endFrame: 30 };
    expect(scoreBoundaries([12, 25], [wide, at(12)], 0).matched).toBe(2);
    expect(scoreBoundaries([12, 25], [wide, at(25)], 0).matched).toBe(2);
  });

  it('is perfect where nothing is and nothing was found', () => {
    expect(scoreBoundaries([], [], 0)).toMatchObject({ precision: 1, recall: 1, f1: 1 });
    expect(scoreBoundaries([], [at(3)], 0)).toMatchObject({ precision: 1, recall: 0, f1: 0 });
    expect(scoreBoundaries([3], [], 0)).toMatchObject({ precision: 0, recall: 1, f1: 0 });
  });

  it('agrees with trying every pairing', () => {
    const frames = fc.uniqueArray(fc.nat(12), { maxLength: 5 });
    const boundaries = fc.array(
      fc.tuple(fc.nat(12), fc.nat(4)).map(([start, length]) => ({ startFrame: start, endFrame: start + length })),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(frames, boundaries, fc.nat(2), (found, truth, tolerance) => {
        expect(scoreBoundaries(found, truth, tolerance).matched).toBe(mostMatches(found, truth, tolerance));
      }),
    );
  });
});

function mostMatches(found: readonly number[], truth: readonly TrueBoundary[], tolerance: number): number {
  const [first, ...others] = truth;
  if (first === undefined) return 0;
  const pairings = found
    .filter((frame) => frame >= first.startFrame - tolerance && frame <= first.endFrame + tolerance)
    .map(
      (frame) =>
        1 +
        mostMatches(
          found.filter((other) => other !== frame),
          others,
          tolerance,
        ),
    );
  return Math.max(mostMatches(found, others, tolerance), ...pairings);
}
