import type { FrameSize } from '#core/media/pictures.ts';

/** Small grey pictures of the last frames, enough to look three half-lengths to either side of a frame. */
const KEPT = 128;

/** Half lengths in frames at which gradual transitions are looked for. A transition of up to twice as many frames shows fully. */
export const HALF_LENGTHS = [6, 10, 16] as const;
export type HalfLength = (typeof HALF_LENGTHS)[number];
export const LONGEST_HALF = 16;

/** How the picture at a frame stands between those `half` frames before and after it. */
export interface Mixing {
  /** Mean difference (0–255) of the two outer pictures. */
  readonly change: number;
  /** 1: the middle picture is exactly the mean of the outer ones; 0: as far from it as one of them, or farther. */
  readonly evenness: number;
}

export interface MixingMeter {
  /** @param luma brightness of the next frame, one value per pixel. */
  push(luma: Uint8Array): void;
  /** Mean difference (0–255) of the newest frame from the one before it. */
  newestStep(): number;
  /** The newest frame is the later outer one. Null when the earlier one was never pushed. */
  newestMixing(half: HalfLength): Mixing | null;
  /**
   * Where frame `at` stands on the way from frame `from` to frame `to`: 0 at the one, 1 at the other. Frames are counted from the
   * first one that was pushed, and must be among the last 128.
   */
  progress(at: number, from: number, to: number): number;
}

export function createMixingMeter({ width, height }: FrameSize): MixingMeter {
  const columns = width / 2;
  const cells = columns * (height / 2);
  const pictures = Array.from({ length: KEPT }, () => new Uint8Array(cells));
  const picture = (frame: number): Uint8Array => pictures[frame % KEPT] ?? new Uint8Array(cells);
  let frameCount = 0;

  return {
    push(luma) {
      const small = picture(frameCount);
      for (let cell = 0; cell < cells; cell++) {
        const at = Math.floor(cell / columns) * 2 * width + (cell % columns) * 2;
        const sum = (luma[at] ?? 0) + (luma[at + 1] ?? 0) + (luma[at + width] ?? 0) + (luma[at + width + 1] ?? 0);
        small[cell] = (sum + 2) >> 2;
      }
      frameCount += 1;
    },
    newestStep() {
      if (frameCount < 2) return 0;
      const newest = picture(frameCount - 1);
      const before = picture(frameCount - 2);
      let sum = 0;
      for (let cell = 0; cell < cells; cell++) sum += Math.abs((newest[cell] ?? 0) - (before[cell] ?? 0));
      return sum / cells;
    },
    newestMixing(half) {
      if (frameCount <= 2 * half) return null;
      const last = picture(frameCount - 1);
      const middle = picture(frameCount - 1 - half);
      const first = picture(frameCount - 1 - 2 * half);
      let change = 0;
      let twiceOff = 0;
      for (let cell = 0; cell < cells; cell++) {
        const from = first[cell] ?? 0;
        const to = last[cell] ?? 0;
        change += Math.abs(to - from);
        twiceOff += Math.abs(2 * (middle[cell] ?? 0) - from - to);
      }
      return { change: change / cells, evenness: change === 0 ? 0 : Math.max(0, 1 - twiceOff / change) };
    },
    progress(at, from, to) {
      const [here, start, end] = [picture(at), picture(from), picture(to)];
      let along = 0;
      let length = 0;
      for (let cell = 0; cell < cells; cell++) {
        const way = (end[cell] ?? 0) - (start[cell] ?? 0);
        along += ((here[cell] ?? 0) - (start[cell] ?? 0)) * way;
        length += way * way;
      }
      return length === 0 ? 0 : along / length;
    },
  };
}
