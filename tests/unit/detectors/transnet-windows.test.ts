import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameBatch } from '#core/media/pictures.ts';
import type { ScoreChunk, ScoreCurve } from '#core/engines/shot-detector.ts';
import { createTransNetDetector, type TransNetNetwork } from '#core/engines/detectors/transnet-v2.ts';

const WIDTH = 48;
const HEIGHT = 27;
const FRAME_BYTES = WIDTH * HEIGHT * 3;

/** Frames that carry their index in their first two bytes, in batches as they may come from a decoder. */
async function* numberedFrames(startFrame: number, endFrame: number, batchSizes: readonly number[] = [1000]): AsyncGenerator<FrameBatch> {
  for (let frame = startFrame, turn = 0; frame < endFrame; turn++) {
    const count = Math.min(batchSizes[turn % batchSizes.length] ?? 1, endFrame - frame);
    const data = new Uint8Array(count * FRAME_BYTES);
    for (let index = 0; index < count; index++) data.set([(frame + index) >> 8, (frame + index) & 255], index * FRAME_BYTES);
    yield { startFrame: frame, count, width: WIDTH, height: HEIGHT, data };
    frame += count;
  }
}

/** In place of the network: notes what it is shown, and gives each frame a score of its own. */
function listeningNetwork(): TransNetNetwork & { readonly windows: number[][] } {
  const windows: number[][] = [];
  return {
    windows,
    device: 'cpu',
    notes: [],
    scoreWindow(frames) {
      const shown = Array.from(
        { length: frames.length / FRAME_BYTES },
        (_, index) => ((frames[index * FRAME_BYTES] ?? 0) << 8) + (frames[index * FRAME_BYTES + 1] ?? 0),
      );
      windows.push(shown);
      // A worker takes the buffer over: nothing may be read from it afterwards.
      structuredClone(frames, { transfer: [frames.buffer as ArrayBuffer] });
      return Promise.resolve({ cut: Float32Array.from(shown, cutScore), transition: Float32Array.from(shown, transitionScore) });
    },
    dispose: () => Promise.resolve(),
  };
}

// Low enough not to be looked at twice, and different for each frame.
const cutScore = (frame: number): number => (frame + 1) / 20_000;
const transitionScore = (frame: number): number => (frame + 1) / 10_000;

/** A whole video of `frameCount` frames, filled up at both ends as by the published inference code, then cut into windows that decide up to 350. */
function expectedWindows(frameCount: number): number[][] {
  const rest = frameCount % 50;
  const frames = Array.from({ length: frameCount }, (_, frame) => frame);
  const padded = [...Array<number>(25).fill(0), ...frames, ...Array<number>(25 + 50 - (rest === 0 ? 50 : rest)).fill(frameCount - 1)];
  const windows: number[][] = [];
  for (let start = 0; start + 50 < padded.length; start += 350) windows.push(padded.slice(start, start + 400));
  return windows;
}

async function score(network: TransNetNetwork, frames: AsyncIterable<FrameBatch>): Promise<{ curve: ScoreCurve; chunks: ScoreChunk[] }> {
  const chunks: ScoreChunk[] = [];
  const { signal } = new AbortController();
  const curve = await createTransNetDetector(network).score(frames, { signal, onScores: (chunk) => chunks.push(chunk) });
  return { curve, chunks };
}

describe('windows of TransNet V2', () => {
  it('cover the video with 25 frames of context on each side, whatever the length of the video and the batches', async () => {
    const lengths = fc.oneof(fc.integer({ min: 1, max: 1200 }), fc.constantFrom(1, 25, 50, 75, 349, 350, 351, 374, 375, 376, 700, 1050));
    const batches = fc.array(fc.integer({ min: 1, max: 130 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lengths, batches, async (frameCount, batchSizes) => {
        const network = listeningNetwork();
        const { curve, chunks } = await score(network, numberedFrames(0, frameCount, batchSizes));
        expect(network.windows).toEqual(expectedWindows(frameCount));
        // A cut's score stands at the first frame of the new shot, one after that which the network marks.
        expect(curve.cut).toEqual(Float32Array.from({ length: frameCount }, (_, frame) => (frame === 0 ? 0 : cutScore(frame - 1))));
        expect(chunks.map(({ startFrame, cut }) => [startFrame, cut.length])).toEqual(
          expectedWindows(frameCount).map((_, index) => [index * 350, Math.min(350, frameCount - index * 350)]),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('score the same from the middle of a video on, after the warm-up', async () => {
    const { warmupFrames } = createTransNetDetector(listeningNetwork());
    const whole = await score(listeningNetwork(), numberedFrames(0, 2230));
    const late = await score(listeningNetwork(), numberedFrames(warmupFrames, 2230));
    expect(late.chunks[0]?.startFrame).toBe(warmupFrames);
    expect(late.curve.cut.subarray(warmupFrames)).toEqual(whole.curve.cut.subarray(2 * warmupFrames));
  });

  it('do not begin between two steps', async () => {
    await expect(score(listeningNetwork(), numberedFrames(30, 90))).rejects.toThrow('multiples of 350');
  });

  it('are none for a video without frames', async () => {
    const network = listeningNetwork();
    const { curve, chunks } = await score(network, numberedFrames(0, 0));
    expect([curve.cut.length, chunks.length, network.windows.length]).toEqual([0, 0, 0]);
  });

  it('stop when they are asked to', async () => {
    const network = listeningNetwork();
    const controller = new AbortController();
    const onScores = (): void => controller.abort(new Error('enough'));
    await expect(createTransNetDetector(network).score(numberedFrames(0, 500), { signal: controller.signal, onScores })).rejects.toThrow(
      'enough',
    );
    expect(network.windows).toHaveLength(1);
  });
});
