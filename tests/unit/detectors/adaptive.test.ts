import { describe, expect, it } from 'vitest';
import { createAdaptiveDetector } from '#core/engines/detectors/adaptive.ts';
import type { Cut } from '#shared/domain/shot.ts';
import type { FrameBatch } from '#core/media/pictures.ts';
import type { ScoreChunk } from '#core/engines/shot-detector.ts';

const WIDTH = 64;
const HEIGHT = 36;
const FRAME_BYTES = WIDTH * HEIGHT * 3;
const detector = createAdaptiveDetector();

type Colour = readonly [number, number, number];

/** Paints one pixel of one frame. */
type Painter = (frame: number, x: number, y: number) => Colour;

async function* paint(frameCount: number, painter: Painter, batchSize = 40): AsyncGenerator<FrameBatch> {
  for (let startFrame = 0; startFrame < frameCount; startFrame += batchSize) {
    const count = Math.min(batchSize, frameCount - startFrame);
    const data = new Uint8Array(count * FRAME_BYTES);
    for (let at = 0; at < data.length; at += 3) {
      const pixel = (at / 3) % (WIDTH * HEIGHT);
      data.set(painter(startFrame + Math.floor(at / FRAME_BYTES), pixel % WIDTH, Math.floor(pixel / WIDTH)), at);
    }
    yield { startFrame, count, width: WIDTH, height: HEIGHT, data };
  }
}

async function cutsOf(frameCount: number, painter: Painter): Promise<Pick<Cut, 'frame' | 'kind'>[]> {
  const curve = await detector.score(paint(frameCount, painter), { signal: new AbortController().signal, onScores: () => undefined });
  const clock = { rate: { num: 25, den: 1 }, frameCount };
  return detector
    .cuts(curve, clock, { threshold: detector.defaultThreshold, minShotUs: 200_000 })
    .map(({ frame, kind }) => ({ frame, kind }));
}

/** A chequered wall, lit in a colour. */
const wall =
  ([red, green, blue]: Colour, size = 8): Painter =>
  (_frame, x, y) =>
    (Math.floor(x / size) + Math.floor(y / size)) % 2 === 0 ? [red, green, blue] : [red / 2, green / 2, blue / 2];

const orange: Colour = [220, 140, 40];
const teal: Colour = [20, 150, 130];

function mix(first: Painter, second: Painter, weightAt: (frame: number) => number): Painter {
  return (frame, x, y) => {
    const weight = Math.min(1, Math.max(0, weightAt(frame)));
    const [from, to] = [first(frame, x, y), second(frame, x, y)];
    return [0, 1, 2].map((channel) => Math.round((from[channel] ?? 0) * (1 - weight) + (to[channel] ?? 0) * weight)) as unknown as Colour;
  };
}

describe('the adaptive detector', () => {
  it('finds a cut between pictures that differ in hue alone', async () => {
    // Both have the same brightness (Rec. 601) and about the same strength of colour.
    const red = wall([200, 60, 60]);
    const green = wall([20, 145, 60]);
    expect(await cutsOf(80, (frame, x, y) => (frame < 40 ? red : green)(frame, x, y))).toEqual([{ frame: 40, kind: 'cut' }]);
  });

  it('takes red for one colour on both sides of the end of the hue circle', async () => {
    const flicker: Painter = (frame, x, y) => wall(frame < 40 ? [200, 40, 44] : [200, 44, 40])(frame, x, y);
    expect(await cutsOf(80, flicker)).toEqual([]);
  });

  it('finds a dissolve of two still pictures, and no pan', async () => {
    const dissolve = mix(wall(orange), wall(teal, 18), (frame) => (frame - 44) / 13);
    expect(await cutsOf(120, dissolve)).toEqual([{ frame: 50, kind: 'dissolve' }]);
    const pan: Painter = (frame, x, y) => wall(orange, 12)(frame, x + frame, y);
    expect(await cutsOf(120, pan)).toEqual([]);
  });

  it('is not misled by noise in a dark, still picture', async () => {
    const dark: Painter = (frame, x, y) => {
      const grain = (Math.imul(frame * 7919 + x * 104_729 + y * 1_299_709, 2_654_435_761) >>> 28) % 6;
      return [10 + grain, 12 + grain, 11 + grain];
    };
    expect(await cutsOf(150, dark)).toEqual([]);
  });

  it('scores each frame once, in order, also of videos shorter than it looks ahead', async () => {
    const { signal } = new AbortController();
    for (const frameCount of [0, 1, 2, 50, 97, 300]) {
      const chunks: ScoreChunk[] = [];
      const curve = await detector.score(paint(frameCount, wall(teal)), { signal, onScores: (chunk) => chunks.push(chunk) });
      expect(curve.cut).toHaveLength(frameCount);
      expect(curve.transition).toHaveLength(frameCount);
      expect(
        chunks.every(({ startFrame }, index) => startFrame === chunks.slice(0, index).reduce((sum, { cut }) => sum + cut.length, 0)),
      ).toBe(true);
    }
  });

  it('stops when it is asked to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(detector.score(paint(300, wall(teal)), { signal, onScores: () => undefined })).rejects.toThrow('enough');
  });
});
