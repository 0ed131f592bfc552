import { assert } from '#shared/assert.ts';
import type { FrameBatch } from '#core/media/pictures.ts';
import { FRAME_BYTES } from '../worker-contract.ts';

/** Frames that a window decides, those in its middle. */
export const STEP_FRAMES = 350;
/** Frames of context on each side of the decided ones, as in the published code. */
export const CONTEXT_FRAMES = 25;
/**
 * The published windows have 100 frames and decide 50, so that everything is computed twice. Longer ones see no less of each frame's
 * surroundings (MODEL_CARD.md has the differences) and compute it 1.14 times.
 */
const WINDOW_FRAMES = CONTEXT_FRAMES + STEP_FRAMES + CONTEXT_FRAMES;
/** The last window ends after a multiple of these and its context. */
const LAST_STEP_FRAMES = 50;

export interface Window {
  /** Index in the video of the first frame that this window decides. */
  readonly startFrame: number;
  /** How many frames it decides, from position `CONTEXT_FRAMES` on. */
  readonly count: number;
  /** RGB24 [frames, 27, 48, 3]; overwritten when the next window is asked for. */
  readonly pixels: Uint8Array;
}

/**
 * Windows over a whole video, its ends filled up as in the published inference code: the first frame stands 25 times before itself, the
 * last one as often as the last window needs.
 */
export async function* windowsOf(frames: AsyncIterable<FrameBatch>): AsyncGenerator<Window, void, undefined> {
  const pixels = new Uint8Array(WINDOW_FRAMES * FRAME_BYTES);
  let filled = 0;
  let startFrame = 0;
  let endFrame = 0;

  function* nextWindow(count: number, windowFrames = WINDOW_FRAMES): Generator<Window, void, undefined> {
    yield { startFrame, count, pixels: pixels.subarray(0, windowFrames * FRAME_BYTES) };
    pixels.copyWithin(0, STEP_FRAMES * FRAME_BYTES);
    filled -= STEP_FRAMES;
    startFrame += count;
  }

  for await (const batch of frames) {
    if (filled === 0) {
      assert(batch.startFrame % STEP_FRAMES === 0, `windows begin at multiples of ${STEP_FRAMES} frames`);
      startFrame = batch.startFrame;
      repeat(pixels, { frame: batch.data.subarray(0, FRAME_BYTES), from: 0, to: CONTEXT_FRAMES });
      filled = CONTEXT_FRAMES;
    }
    for (let taken = 0; taken < batch.count;) {
      const count = Math.min(batch.count - taken, WINDOW_FRAMES - filled);
      pixels.set(batch.data.subarray(taken * FRAME_BYTES, (taken + count) * FRAME_BYTES), filled * FRAME_BYTES);
      taken += count;
      filled += count;
      if (filled === WINDOW_FRAMES) yield* nextWindow(STEP_FRAMES);
    }
    endFrame = batch.startFrame + batch.count;
  }
  while (startFrame < endFrame) {
    const count = Math.min(STEP_FRAMES, endFrame - startFrame);
    const windowFrames = CONTEXT_FRAMES + Math.ceil(count / LAST_STEP_FRAMES) * LAST_STEP_FRAMES + CONTEXT_FRAMES;
    repeat(pixels, { frame: pixels.slice((filled - 1) * FRAME_BYTES, filled * FRAME_BYTES), from: filled, to: windowFrames });
    filled = windowFrames;
    yield* nextWindow(count, windowFrames);
  }
}

interface Repetition {
  readonly frame: Uint8Array;
  readonly from: number;
  readonly to: number;
}

function repeat(pixels: Uint8Array, { frame, from, to }: Repetition): void {
  for (let index = from; index < to; index++) pixels.set(frame, index * FRAME_BYTES);
}
