import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampView,
  fitView,
  frameAtX,
  frameToX,
  MAX_FRAME_WIDTH_PX,
  panBy,
  reveal,
  viewOfRange,
  visibleFrames,
  xToFrame,
  zoomAbout,
} from '../../../../src-renderer/editing/timeline-geometry.ts';

const extents = fc.record({ frameCount: fc.integer({ min: 1, max: 2_000_000 }), widthPx: fc.integer({ min: 50, max: 4000 }) });
const scenes = extents.chain((extent) =>
  fc.record({
    extent: fc.constant(extent),
    view: fc
      .record({
        startFrame: fc.double({ min: -10, max: extent.frameCount + 10, noNaN: true }),
        framesPerPixel: fc.double({ min: 0.001, max: 5000, noNaN: true }),
      })
      .map((view) => clampView(view, extent)),
    x: fc.double({ min: 0, max: extent.widthPx, noNaN: true }),
  }),
);

describe('frames and pixels', () => {
  it('goes from frame to pixel and back', () => {
    fc.assert(
      fc.property(scenes, fc.integer({ min: 0, max: 2_000_000 }), ({ view }, frame) => {
        expect(xToFrame(view, frameToX(view, frame))).toBeCloseTo(frame, 4);
      }),
    );
  });

  it('names the frame whose box holds the pixel', () => {
    const view = { startFrame: 10, framesPerPixel: 0.1 };
    expect([frameAtX(view, 0, 100), frameAtX(view, 9.9, 100), frameAtX(view, 10, 100)]).toEqual([10, 10, 11]);
    expect([frameAtX(view, -5000, 100), frameAtX(view, 5000, 100)]).toEqual([0, 99]);
  });
});

describe('zooming about the pointer', () => {
  it('keeps the frame under the pointer, unless an edge of the video is in the way', () => {
    fc.assert(
      fc.property(scenes, fc.double({ min: 0.2, max: 5, noNaN: true }), ({ view, extent, x }, factor) => {
        const before = xToFrame(view, x);
        const zoomed = zoomAbout(view, { x, factor }, extent);
        const isAtEdge =
          zoomed.startFrame === 0 || zoomed.startFrame === Math.max(0, extent.frameCount - extent.widthPx * zoomed.framesPerPixel);
        const drift = Math.abs(frameToX(zoomed, before) - x);
        expect(isAtEdge || drift < 0.01).toBe(true);
      }),
    );
  });

  it('comes back to the same view after zooming in and out', () => {
    const extent = { frameCount: 100_000, widthPx: 1000 };
    const view = { startFrame: 40_000, framesPerPixel: 10 };
    const back = zoomAbout(zoomAbout(view, { x: 300, factor: 1.5 }, extent), { x: 300, factor: 1 / 1.5 }, extent);
    expect(back.startFrame).toBeCloseTo(view.startFrame, 6);
    expect(back.framesPerPixel).toBeCloseTo(view.framesPerPixel, 9);
  });

  it('stops at the whole video and at a frame that is 48 pixels wide', () => {
    const extent = { frameCount: 10_000, widthPx: 1000 };
    expect(zoomAbout({ startFrame: 50, framesPerPixel: 1 }, { x: 10, factor: 1e-6 }, extent)).toEqual(fitView(extent));
    expect(1 / zoomAbout({ startFrame: 50, framesPerPixel: 1 }, { x: 10, factor: 1e6 }, extent).framesPerPixel).toBeCloseTo(
      MAX_FRAME_WIDTH_PX,
    );
  });
});

describe('what is in view', () => {
  it('never shows anything beyond the video, however it is moved', () => {
    fc.assert(
      fc.property(scenes, fc.double({ min: -1e5, max: 1e5, noNaN: true }), ({ view, extent }, deltaPx) => {
        const moved = panBy(view, deltaPx, extent);
        expect(moved.startFrame).toBeGreaterThanOrEqual(0);
        expect(xToFrame(moved, extent.widthPx)).toBeLessThanOrEqual(extent.frameCount * (1 + 1e-9) + 1e-6);
      }),
    );
  });

  it('counts a frame as visible exactly when a part of its box is on the canvas', () => {
    fc.assert(
      fc.property(scenes, ({ view, extent }) => {
        const { first, end } = visibleFrames(view, extent);
        expect(frameToX(view, first + 1)).toBeGreaterThan(0);
        expect(frameToX(view, end - 1)).toBeLessThan(extent.widthPx);
        if (first > 0) expect(frameToX(view, first)).toBeLessThanOrEqual(1e-6);
      }),
    );
  });

  it('turns a page when the playhead runs out of sight, and stays still otherwise', () => {
    const extent = { frameCount: 100_000, widthPx: 1000 };
    const view = { startFrame: 5000, framesPerPixel: 1 };
    expect(reveal(view, 5500, extent)).toBe(view);
    expect(frameToX(reveal(view, 6000, extent), 6000)).toBeCloseTo(100);
    expect(frameToX(reveal(view, 4999, extent), 4999)).toBeCloseTo(900);
  });

  it('shows a whole shot with room on both sides', () => {
    const extent = { frameCount: 100_000, widthPx: 1000 };
    const view = viewOfRange({ startFrame: 2000, endFrame: 3000 }, extent);
    expect(frameToX(view, 2000)).toBeGreaterThan(50);
    expect(frameToX(view, 3000)).toBeLessThan(950);
  });
});
