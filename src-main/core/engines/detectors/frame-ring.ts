/** One number per frame, remembered for the last 256 frames. Frames are counted from 0; those never set, and those before 0, read 0. */
export interface FrameRing {
  get(frame: number): number;
  set(frame: number, value: number): void;
}

const SIZE = 256;

export function createFrameRing(): FrameRing {
  const values = new Float32Array(SIZE);
  return {
    get: (frame) => values[frame & (SIZE - 1)] ?? 0,
    set(frame, value) {
      values[frame & (SIZE - 1)] = value;
    },
  };
}
