import { describe, expect, it } from 'vitest';
import { createAdaptiveDetector } from '#core/engines/detectors/adaptive.ts';
import type { ScoreCurve } from '#core/engines/shot-detector.ts';
import type { FrameBatch } from '#core/media/pictures.ts';
import { type DetectorView, showStandingPictures } from '#core/steps/detect/standing-pictures.ts';
import type { FrameClock } from '#shared/domain/time.ts';

const WIDTH = 64;
const HEIGHT = 36;
const FRAME_BYTES = WIDTH * HEIGHT * 3;
const detector = createAdaptiveDetector();

/** 30 moving frames at 25/s, five slides of four seconds, a last slide that the file says stays for ten, 30 moving frames. */
const MOVING = 30;
const SLIDES = 6;
const FRAMES = MOVING + SLIDES + MOVING;
const durationsUs = Array.from({ length: FRAMES }, (_, frame) => {
  if (frame < MOVING || frame >= MOVING + SLIDES) return 40_000;
  return frame === MOVING + SLIDES - 1 ? 10_000_000 : 4_000_000;
});
const ptsUs = [0];
for (const durationUs of durationsUs) ptsUs.push((ptsUs.at(-1) ?? 0) + durationUs);
const clock: FrameClock = { rate: { num: 25, den: 1 }, frameCount: FRAMES, ptsUs };

/** Every slide has colours of its own; what moves does so evenly. */
function pictureOf(frame: number): Uint8Array {
  const picture = new Uint8Array(FRAME_BYTES);
  const isSlide = frame >= MOVING && frame < MOVING + SLIDES;
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
    const x = pixel % WIDTH;
    const [column, seed] = isSlide ? [x, frame] : [x + frame, frame < MOVING ? 1 : 2];
    const isLight = Math.floor(column / (isSlide ? 5 + (frame % 4) : 8)) % 2 === 0;
    picture.set([(seed * 83) % 256, isLight ? 220 : 40, (seed * 151) % 256], pixel * 3);
  }
  return picture;
}

async function* framesFrom(startFrame: number, batchSize: number): AsyncGenerator<FrameBatch> {
  for (let first = startFrame; first < FRAMES; first += batchSize) {
    const count = Math.min(batchSize, FRAMES - first);
    const data = new Uint8Array(count * FRAME_BYTES);
    for (let index = 0; index < count; index++) data.set(pictureOf(first + index), index * FRAME_BYTES);
    yield { startFrame: first, count, width: WIDTH, height: HEIGHT, data };
  }
}

async function scored(view: DetectorView, place: number, batchSize: number): Promise<ScoreCurve> {
  const frames = view.from(place, framesFrom(view.frameAt(place), batchSize));
  return detector.score(frames, { signal: new AbortController().signal, onScores: () => undefined });
}

const cutsOf = (curve: ScoreCurve): number[] =>
  detector.cuts(curve, clock, { threshold: detector.defaultThreshold, minShotUs: 500_000 }).map(({ frame }) => frame);

describe('pictures that stay for long', () => {
  const view = showStandingPictures(clock);

  it('are shots of their own, however many frames they take', async () => {
    const curve = view.toFrames(await scored(view, 0, 7));
    expect(curve.cut).toHaveLength(FRAMES);
    expect(cutsOf(curve)).toEqual([30, 31, 32, 33, 34, 35, 36]);
  });

  it('are shown alike when a detection goes on from the middle of one', async () => {
    const whole = await scored(view, 0, 16);
    expect(whole.cut).toHaveLength(view.count);
    const start = detector.warmupFrames;
    const later = await scored(view, start, 5);
    expect(view.frameAt(start)).toBeGreaterThan(MOVING);
    expect(view.frameAt(start)).toBeLessThan(MOVING + SLIDES);
    expect(later.cut.subarray(start)).toEqual(whole.cut.subarray(2 * start));
  });

  it('leave a video without them as it is', async () => {
    const plain = showStandingPictures({ rate: { num: 25, den: 1 }, frameCount: FRAMES });
    const shown: FrameBatch[] = [];
    const batches: FrameBatch[] = [];
    async function* remembered(): AsyncGenerator<FrameBatch> {
      for await (const batch of framesFrom(0, 20)) {
        batches.push(batch);
        yield batch;
      }
    }
    for await (const batch of plain.from(0, remembered())) shown.push(batch);
    expect(shown).toEqual(batches);
    expect([plain.count, plain.frameAt(12)]).toEqual([FRAMES, 12]);
  });

  it('give no scores to frames that could not be decoded', async () => {
    const shownUpTo = view.count - MOVING - 5;
    const curve = view.toFrames({ cut: new Float32Array(shownUpTo).fill(0.1), transition: null });
    expect(curve.cut).toHaveLength(MOVING + SLIDES - 1);
  });
});
