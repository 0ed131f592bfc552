/** 64 bits, in two halves. */
export type PictureHash = readonly [number, number];

/** Size of the pictures that are hashed: eight differences in each of eight lines. */
export const HASH_SIZE = { width: 9, height: 8 } as const;
/** Levels of grey between the darkest and the brightest place, below which a picture says nothing: black, white, a fade. */
const LEAST_CONTRAST = 24;

/**
 * Difference hash: whether each place is brighter than the one to its right. Copies at another size, quality or brightness have nearly the same.
 * @param rgb of `HASH_SIZE`, packed
 * @returns null where the picture is too even to be known again
 */
export function differenceHash(rgb: Uint8Array): PictureHash | null {
  const grey = Array.from({ length: HASH_SIZE.width * HASH_SIZE.height }, (_, index) => {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(index * 3, index * 3 + 3);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
  if (Math.max(...grey) - Math.min(...grey) < LEAST_CONTRAST) return null;
  const halves: [number, number] = [0, 0];
  for (let line = 0; line < HASH_SIZE.height; line++)
    for (let place = 0; place < HASH_SIZE.width - 1; place++) {
      const at = line * HASH_SIZE.width + place;
      const half = line < HASH_SIZE.height / 2 ? 0 : 1;
      halves[half] = (halves[half] << 1) | ((grey[at] ?? 0) > (grey[at + 1] ?? 0) ? 1 : 0);
    }
  return halves;
}

/** How many of the 64 bits differ. */
export function distance(left: PictureHash, right: PictureHash): number {
  return bitsIn(left[0] ^ right[0]) + bitsIn(left[1] ^ right[1]);
}

/** Of 32. */
function bitsIn(value: number): number {
  let [left, count] = [value >>> 0, 0];
  for (; left !== 0; count++) left &= left - 1;
  return count;
}

/** Pictures of one place of two videos are the same below that many bits; of different ones 32 differ on average. */
const SAME_BITS = 10;
/** So many must tell something, or two dark videos would be one. */
const LEAST_TELLING = 3;

/** Whether two videos are copies, by pictures of the same places of each: nearly all of those that tell something are the same. */
export function areCopies(left: readonly (PictureHash | null)[], right: readonly (PictureHash | null)[]): boolean {
  let [telling, same] = [0, 0];
  for (const [index, hash] of left.entries()) {
    const other = right[index] ?? null;
    if (hash === null || other === null) continue;
    telling++;
    if (distance(hash, other) <= SAME_BITS) same++;
  }
  return telling >= LEAST_TELLING && same >= telling - 1 && same >= LEAST_TELLING;
}
