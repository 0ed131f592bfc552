/** Small frames in a row, each `frameBytes` long. */
export interface FrameRow {
  readonly pixels: Uint8Array;
  readonly frameBytes: number;
}

/**
 * How much of the change into a frame is still there a moment later, 0..1. A cut stays; a flash of one or two frames is taken back,
 * at its beginning (the frames after it look like the one before) and at its end (the frame looks like one before the flash).
 * @param index the frame changed to; three frames before it and two after it are looked at.
 */
export function changePersistence(row: FrameRow, index: number): number {
  const change = difference(row, index - 1, index);
  if (change === 0) return 1;
  const left = Math.min(
    difference(row, index - 1, index + 1),
    difference(row, index - 1, index + 2),
    difference(row, index - 2, index),
    difference(row, index - 3, index),
  );
  // Two pictures with nothing in common may still come half as near to each other by chance and motion.
  return Math.min(1, (2 * left) / change);
}

/** Sum of absolute differences of two frames. */
function difference({ pixels, frameBytes }: FrameRow, first: number, second: number): number {
  const [from, to] = [first * frameBytes, second * frameBytes];
  let sum = 0;
  for (let offset = 0; offset < frameBytes; offset++) sum += Math.abs((pixels[from + offset] ?? 0) - (pixels[to + offset] ?? 0));
  return sum;
}
