import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampView, fitView } from '../../../../src-renderer/editing/timeline-geometry.ts';
import { ghostCuts } from '../../../../src-renderer/features/timeline/ghost-cuts.ts';
import { hitTest, type HitScene } from '../../../../src-renderer/features/timeline/hit-test.ts';
import { layoutLanes, scoreToY, yToScore } from '../../../../src-renderer/features/timeline/lanes.ts';
import { buildPyramid, maxIn } from '../../../../src-renderer/features/timeline/level-pyramid.ts';
import { pixelFilter } from '../../../../src-renderer/features/timeline/pixel-filter.ts';
import { rulerTicks } from '../../../../src-renderer/features/timeline/ruler-ticks.ts';
import { curvePeaks, snapFrame } from '../../../../src-renderer/features/timeline/snapping.ts';
import { visibleShotBoxes } from '../../../../src-renderer/features/timeline/visible-shots.ts';
import { tileForFrame } from '../../../../src-renderer/features/timeline/thumbnail-layout.ts';

const all = { heightPx: 300, hasSpeech: true, hasWaveform: true, hasCurve: true };

describe('waveform and score curve', () => {
  it('show the loudest value of any range, at every zoom', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(310), fc.nat(310), (values, a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(maxIn(buildPyramid(values), start, end)).toBe(Math.max(0, ...values.slice(start, end)));
      }),
    );
  });
});

describe('lanes', () => {
  it('fill the height without overlap; a lane with nothing to show takes no room', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 140, max: 900 }),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (heightPx, hasSpeech, hasWaveform, hasCurve) => {
          const lanes = Object.values(layoutLanes({ heightPx, hasSpeech, hasWaveform, hasCurve }));
          expect(lanes).toHaveLength(3 + Number(hasSpeech) + Number(hasWaveform) + Number(hasCurve));
          let bottom = 0;
          for (const lane of lanes) {
            expect(lane.top).toBeGreaterThanOrEqual(bottom);
            bottom = lane.top + lane.height;
          }
          expect(bottom).toBeLessThanOrEqual(heightPx);
        },
      ),
    );
  });

  it('place a score and read it back', () => {
    const lane = { top: 100, height: 60 };
    expect(yToScore(lane, scoreToY(lane, 0.37))).toBeCloseTo(0.37);
    expect(yToScore(lane, -50)).toBe(1);
  });
});

describe('what lies under the pointer', () => {
  const lanes = layoutLanes(all);
  const scene: HitScene = {
    view: { startFrame: 0, framesPerPixel: 1 },
    lanes,
    frameCount: 1000,
    threshold: 0.5,
    shots: [
      { startFrame: 0, endFrame: 300 },
      { startFrame: 300, endFrame: 1000 },
    ],
    segments: [{ startUs: 4e6, endUs: 8e6 }],
    toUs: (frame) => frame * 40_000,
  };
  const inside = (name: keyof typeof lanes): number => (lanes[name]?.top ?? 0) + 3;

  it('is a cut within five pixels, else the shot', () => {
    expect(hitTest(scene, 304, inside('shots'))).toEqual({ kind: 'boundary', shotIndex: 1 });
    expect(hitTest(scene, 306, inside('shots'))).toEqual({ kind: 'shot', shotIndex: 1 });
    expect(hitTest(scene, 20, inside('thumbnails'))).toEqual({ kind: 'shot', shotIndex: 0 });
  });

  it('is the threshold line, a sentence of speech, or a place to jump to', () => {
    const curve = lanes.curve ?? { top: 0, height: 1 };
    expect(hitTest(scene, 500, scoreToY(curve, 0.5) + 2)).toEqual({ kind: 'threshold' });
    expect(hitTest(scene, 500, scoreToY(curve, 0.95))).toEqual({ kind: 'seek' });
    expect(hitTest(scene, 150, inside('speech'))).toEqual({ kind: 'speech', segmentIndex: 0 });
    expect(hitTest(scene, 500, inside('ruler'))).toEqual({ kind: 'seek' });
    expect(hitTest({ ...scene, frameCount: 400 }, 450, inside('shots'))).toEqual({ kind: 'nothing' });
  });
});

describe('snapping', () => {
  const view = { startFrame: 0, framesPerPixel: 2 };
  it('takes the nearest candidate within seven pixels', () => {
    expect(snapFrame(100, [90, 112, 104], view)).toBe(104);
    expect(snapFrame(100, [130], view)).toBe(100);
  });
  it('knows where the picture changes most', () => {
    expect(curvePeaks(new Uint8Array([0, 50, 200, 60, 0, 30, 0, 90]), 0, 100)).toEqual([2, 7]);
  });
});

describe('moving the threshold', () => {
  it('shows cuts that would come and go, never the locked ones', () => {
    const shots = [
      { startFrame: 0, locked: false },
      { startFrame: 10, locked: true },
      { startFrame: 20, locked: false },
      { startFrame: 30, locked: false },
    ];
    expect(ghostCuts(shots, [{ frame: 20 }, { frame: 25 }])).toEqual({ added: [25], removed: [30] });
  });
});

describe('ruler', () => {
  const extent = { frameCount: 90_000, widthPx: 1000 };
  const clock = { rate: { num: 25, den: 1 }, frameCount: 90_000 };
  it('labels an hour in round steps that do not crowd', () => {
    const labels = rulerTicks(clock, { startFrame: 0, framesPerPixel: 80 }, extent).filter((tick) => tick.label !== '');
    expect(labels.slice(0, 3).map((tick) => tick.label)).toEqual(['00:00', '05:00', '10:00']);
  });
  it('counts frames when close', () => {
    const ticks = rulerTicks(clock, { startFrame: 100, framesPerPixel: 1 / 40 }, extent);
    expect(ticks.map((tick) => tick.frame)).toEqual(Array.from({ length: 25 }, (_, i) => 100 + i));
    expect(ticks.filter((tick) => tick.label !== '').map((tick) => tick.label)).toContain('102');
  });
  it('puts seconds where a variable rate has them', () => {
    const ptsUs = Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? i * 100_000 : 5e6 + (i - 50) * 20_000));
    const ticks = rulerTicks(
      { rate: { num: 16, den: 1 }, frameCount: 100, ptsUs },
      { startFrame: 0, framesPerPixel: 0.5 },
      { frameCount: 100, widthPx: 200 },
    );
    expect(ticks.find((tick) => tick.label === '00:05')?.frame).toBe(50);
  });
});

describe('a timeline of what no video is', () => {
  const widthPx = 2_000;
  const numbers = fc.constantFrom(1, 25, 1_001, 2 ** 31, Number.MAX_SAFE_INTEGER);
  const times = fc.constantFrom(undefined, Float64Array.of(0, 1e18), Float64Array.of(0, 5, Number.NaN), Float64Array.of(0, Infinity));

  const zoom = fc.double({ min: 0, max: 1, noNaN: true });

  it('has no more ticks than it has room for, at every zoom', () => {
    fc.assert(
      fc.property(fc.record({ frameCount: numbers, num: numbers, den: numbers, ptsUs: times, zoom }), (made) => {
        const { frameCount, num, den, ptsUs } = made;
        const extent = { frameCount, widthPx };
        const clock = { rate: { num, den }, frameCount, ...(ptsUs !== undefined && { ptsUs }) };
        const widest = fitView(extent).framesPerPixel;
        for (const startFrame of [0, frameCount / 2, frameCount]) {
          const view = clampView({ startFrame, framesPerPixel: widest ** made.zoom }, extent);
          expect(rulerTicks(clock, view, extent).length).toBeLessThan(widthPx);
        }
      }),
    );
  });

  it('draws no more boxes than it has room for, also of shots that lie upon each other', () => {
    const shots = Array.from({ length: 100_000 }, () => ({ startFrame: 0, endFrame: 1_000 }));
    expect(visibleShotBoxes(shots, { startFrame: 0, framesPerPixel: 1 }, { frameCount: 1_000, widthPx }).length).toBeLessThanOrEqual(
      widthPx,
    );
  });

  it('draws of things upon each other those that show', () => {
    const isSeen = pixelFilter();
    const drawn = Array.from({ length: 100_000 }, (_, i) => isSeen(i / 100, 500 + i / 200)).filter(Boolean);
    expect(drawn.length).toBeLessThan(1_502);
    // A short one over a long one is seen.
    const isSeenToo = pixelFilter();
    expect([isSeenToo(0, 1_000), isSeenToo(300, 400), isSeenToo(300.5, 400), isSeenToo(300.5, 1_001)]).toEqual([true, true, false, true]);
  });
});

describe('thumbnails', () => {
  const sprite = { tileWidth: 160, tileHeight: 90, columns: 5, rows: 2, intervalFrames: 10, tileCount: 23 };
  it('come from the tile nearest to the frame', () => {
    expect(tileForFrame(sprite, 129, { startFrame: 0, endFrame: 230 })).toEqual({ sheet: 1, sourceX: 480, sourceY: 0 });
    expect(tileForFrame(sprite, 5000, { startFrame: 0, endFrame: 6000 })).toEqual({ sheet: 2, sourceX: 320, sourceY: 0 });
  });
  it('never show the shot before or after', () => {
    expect(tileForFrame(sprite, 62, { startFrame: 62, endFrame: 90 })?.sourceX).toBe(160 * 2);
    expect(tileForFrame(sprite, 66, { startFrame: 40, endFrame: 70 })?.sourceX).toBe(160);
    expect(tileForFrame(sprite, 63, { startFrame: 62, endFrame: 69 })).toBeNull();
  });
});
