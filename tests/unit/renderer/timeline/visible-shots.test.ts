import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryLimits, nearestBoundaryIndex, shotIndexAt, type ShotSpan } from '../../../../src-renderer/editing/shot-index.ts';
import { clampView } from '../../../../src-renderer/editing/timeline-geometry.ts';
import { MIN_BOX_PX, visibleShotBoxes } from '../../../../src-renderer/features/timeline/visible-shots.ts';

/** Shots that tile a video, from their lengths. */
function tile(lengths: readonly number[]): ShotSpan[] {
  const shots: ShotSpan[] = [];
  let startFrame = 0;
  for (const length of lengths) {
    shots.push({ startFrame, endFrame: startFrame + length });
    startFrame += length;
  }
  return shots;
}

const tilings = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 300 }).map(tile);

describe('finding shots', () => {
  it('finds the shot that holds a frame', () => {
    fc.assert(
      fc.property(tilings, fc.nat(150_000), (shots, frame) => {
        const expected = shots.findIndex((shot) => shot.startFrame <= frame && frame < shot.endFrame);
        expect(shotIndexAt(shots, frame)).toBe(expected < 0 ? shots.length - 1 : expected);
      }),
    );
    expect(shotIndexAt([], 5)).toBe(-1);
  });

  it('finds the nearest cut; a single shot has none', () => {
    fc.assert(
      fc.property(
        tilings.filter((shots) => shots.length > 1),
        fc.nat(150_000),
        (shots, frame) => {
          const found = shots[nearestBoundaryIndex(shots, frame)]?.startFrame ?? Number.NaN;
          const nearest = Math.min(...shots.slice(1).map((shot) => Math.abs(shot.startFrame - frame)));
          expect(Math.abs(found - frame)).toBe(nearest);
        },
      ),
    );
    expect(nearestBoundaryIndex(tile([10]), 3)).toBe(-1);
  });

  it('lets a cut move as far as both neighbours keep a frame', () => {
    expect(boundaryLimits(tile([10, 20, 5]), 1)).toEqual({ min: 1, max: 29 });
    expect(boundaryLimits(tile([10, 20, 5]), 0)).toBeNull();
  });
});

describe('boxes on the timeline', () => {
  it('cover every visible shot exactly once, in order', () => {
    fc.assert(
      fc.property(
        tilings,
        fc.integer({ min: 50, max: 1500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.02, max: 200, noNaN: true }),
        (shots, widthPx, at, framesPerPixel) => {
          const frameCount = shots.at(-1)?.endFrame ?? 0;
          const extent = { frameCount, widthPx };
          const view = clampView({ startFrame: at * frameCount, framesPerPixel }, extent);
          const boxes = visibleShotBoxes(shots, view, extent);
          for (const [i, box] of boxes.entries()) {
            expect(box.firstIndex).toBe(i === 0 ? box.firstIndex : (boxes[i - 1]?.lastIndex ?? Number.NaN) + 1);
            expect(box.width).toBeGreaterThan(0);
          }
          expect(boxes[0]?.x).toBeLessThanOrEqual(1e-6);
          const last = boxes.at(-1);
          expect((last?.x ?? 0) + (last?.width ?? 0)).toBeGreaterThan(widthPx - 1);
        },
      ),
    );
  });

  it('are no more than the pixels allow, even for 10,000 shots', () => {
    const shots = tile(Array.from({ length: 10_000 }, (_, i) => 20 + ((i * 37) % 150)));
    const extent = { frameCount: shots.at(-1)?.endFrame ?? 0, widthPx: 1200 };
    const boxes = visibleShotBoxes(shots, clampView({ startFrame: 0, framesPerPixel: 1e9 }, extent), extent);
    expect(boxes.length).toBeLessThanOrEqual(1200 / MIN_BOX_PX + 1);
    expect(boxes.at(-1)?.lastIndex).toBe(9999);
  });

  it('let a wide shot stand alone after a run of narrow ones', () => {
    const shots = tile([1, 1, 1, 1000]);
    const boxes = visibleShotBoxes(shots, { startFrame: 0, framesPerPixel: 2 }, { frameCount: 1003, widthPx: 500 });
    expect(boxes.map(({ firstIndex, lastIndex }) => [firstIndex, lastIndex])).toEqual([
      [0, 2],
      [3, 3],
    ]);
  });
});
