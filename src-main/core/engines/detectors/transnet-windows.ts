import { assert } from '#shared/assert.ts';
import type { FrameBatch } from '../engine.ts';
import { FRAME_BYTES, WINDOW_FRAMES } from './transnet-network.ts';

/** The windows of two steps overlap by half: each decides its middle. */
export const STEP_FRAMES = 50;
/** Frames of context on each side of the decided ones. */
export const CONTEXT_FRAMES = (WINDOW_FRAMES - STEP_FRAMES) / 2;

export interface Window {
  /** Index in the video of the first frame that this window decides. */
  readonly startFrame: number;
  /** How many frames it decides, from position `CONTEXT_FRAMES` on. */
  readonly count: number;
  /** RGB24 [100, 27, 48, 3]; overwritten when the next window is asked for. */
  readonly pixels: Uint8Array;
}

/**
 * Windows over a whole video as the published inference code lays them: the first frame stands 25 times before itself, the last one
 * as often as the last window needs.
 */
export async function* windowsOf(frames: AsyncIterable<FrameBatch>): AsyncGenerator<Window, void, undefined> {
  const pixels = new Uint8Array(WINDOW_FRAMES * FRAME_BYTES);
  let filled = 0;
  let startFrame = 0;
  let endFrame = 0;

  function* nextWindow(count: number): Generator<Window, void, undefined> {
    yield { startFrame, count, pixels };
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
    for (let taken = 0; taken < batch.count; ) {
      const count = Math.min(batch.count - taken, WINDOW_FRAMES - filled);
      pixels.set(batch.data.subarray(taken * FRAME_BYTES, (taken + count) * FRAME_BYTES), filled * FRAME_BYTES);
      taken += count;
      filled += count;
      if (filled === WINDOW_FRAMES) yield* nextWindow(STEP_FRAMES);
    }
    endFrame = batch.startFrame + batch.count;
  }
  while (startFrame < endFrame) {
    repeat(pixels, { frame: pixels.slice((filled - 1) * FRAME_BYTES, filled * FRAME_BYTES), from: filled, to: WINDOW_FRAMES });
    filled = WINDOW_FRAMES;
    yield* nextWindow(Math.min(STEP_FRAMES, endFrame - startFrame));
  }
}

/** Up to `size` windows in a row, each with pixels of its own in the one buffer of them all. */
export interface WindowGroup {
  /** RGB24 [windows, 100, 27, 48, 3]. */
  readonly pixels: Uint8Array;
  readonly windows: readonly Window[];
}

export async function* groupsOf(windows: AsyncIterable<Window>, size: number): AsyncGenerator<WindowGroup, void, undefined> {
  let group: Window[] = [];
  for await (const window of windows) {
    group.push({ ...window, pixels: window.pixels.slice() });
    if (group.length < size) continue;
    yield joined(group);
    group = [];
  }
  if (group.length > 0) yield joined(group);
}

function joined(windows: readonly Window[]): WindowGroup {
  const pixels = new Uint8Array(windows.length * WINDOW_FRAMES * FRAME_BYTES);
  for (const [index, window] of windows.entries()) pixels.set(window.pixels, index * window.pixels.length);
  return { pixels, windows };
}

interface Repetition {
  readonly frame: Uint8Array;
  readonly from: number;
  readonly to: number;
}

function repeat(pixels: Uint8Array, { frame, from, to }: Repetition): void {
  for (let index = from; index < to; index++) pixels.set(frame, index * FRAME_BYTES);
}
