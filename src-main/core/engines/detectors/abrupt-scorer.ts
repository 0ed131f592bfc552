import type { FrameSize } from '#core/media/pictures.ts';
import { createColourMeter } from './frame-colours.ts';
import { createFrameRing } from './frame-ring.ts';

/** A cut changes this many times as much as the frames around it do: PySceneDetect's default, here the score 0.5. */
const CUT_RATIO = 3;
/** Frames on either side that a change is compared with. */
const NEIGHBOURS = 2;
/** Below this change of content (0–255) even a lonely change counts for less. */
const FULL_CONTENT = 10;
/** Where frames hardly change at all, noise must not count as a multiple of nothing. */
const LEAST_CONTENT = 1;

/** A frame's score needs this many frames after it. */
export const ABRUPT_LOOKAHEAD = NEIGHBOURS;

export interface AbruptScorer {
  /** @param pixels RGB24 of the next frame at `offset`. */
  push(pixels: Uint8Array, offset: number): void;
  /** Stands for a frame after the last one. */
  pushNothing(): void;
  /** Brightness of the newest frame, one value per pixel. */
  newestLuma(): Uint8Array;
  /** How sure it is, 0..1, that a hard cut leads to `frame`. */
  score(frame: number): number;
}

/**
 * Hard cuts by the change of content against that of the frames around it, as PySceneDetect's AdaptiveDetector finds them
 * (https://www.scenedetect.com/docs/latest/api/detectors.html): fast motion changes every frame, a cut one. Besides, the change must
 * last: that of a flash of one or two frames is taken back.
 */
export function createAbruptScorer(size: FrameSize): AbruptScorer {
  const colours = createColourMeter(size);
  const changeOver = { one: createFrameRing(), two: createFrameRing(), three: createFrameRing() };
  let frameCount = 0;

  function remember(one: number, two: number, three: number): void {
    changeOver.one.set(frameCount, one);
    changeOver.two.set(frameCount, two);
    changeOver.three.set(frameCount, three);
    frameCount += 1;
  }

  /** What is left of the change into `frame` when the frames around are compared over it. */
  function lastingChange(frame: number): number {
    const { one, two, three } = changeOver;
    const left = Math.min(two.get(frame), two.get(frame + 1), three.get(frame), three.get(frame + 2));
    // Pictures with nothing in common may still come half as near to each other by chance and motion.
    return Math.min(one.get(frame), 2 * left);
  }

  return {
    push(pixels, offset) {
      colours.push(pixels, offset);
      const first = frameCount === 0;
      remember(first ? 0 : colours.changeOver(1), colours.changeOver(2), colours.changeOver(3));
    },
    pushNothing: () => remember(0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
    newestLuma: () => colours.newestLuma(),
    score(frame) {
      const { one } = changeOver;
      let around = 0;
      for (let distance = 1; distance <= NEIGHBOURS; distance++) around += one.get(frame - distance) + one.get(frame + distance);
      const change = lastingChange(frame);
      const ratio = change / Math.max(LEAST_CONTENT, around / (2 * NEIGHBOURS));
      return (ratio / (ratio + CUT_RATIO)) * Math.min(1, change / FULL_CONTENT);
    },
  };
}
