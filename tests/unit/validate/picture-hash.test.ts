import { expect, it } from 'vitest';
import { areCopies, differenceHash, distance, HASH_SIZE, type PictureHash } from '#core/exchange/validate/picture-hash.ts';

/** @param grey 0..255 of each place */
function picture(grey: (x: number, y: number) => number): PictureHash | null {
  const rgb = new Uint8Array(HASH_SIZE.width * HASH_SIZE.height * 3);
  for (let y = 0; y < HASH_SIZE.height; y++)
    for (let x = 0; x < HASH_SIZE.width; x++) rgb.fill(grey(x, y), (y * HASH_SIZE.width + x) * 3, (y * HASH_SIZE.width + x + 1) * 3);
  return differenceHash(rgb);
}

const noise = (seed: number) => (x: number, y: number) => (Math.imul(x * 31 + y * 17 + seed, 2_654_435_761) >>> 24) & 255;

it('a darker copy of a picture has its hash, the mirrored one differs in all bits, and an even one has none', () => {
  const rising = picture((x) => x * 20) ?? [0, 0];
  expect(distance(rising, picture((x) => x * 10 + 5) ?? [1, 1])).toBe(0);
  expect(distance(rising, picture((x) => 200 - x * 20) ?? [0, 0])).toBe(64);
  expect(picture(() => 7)).toBeNull();
});

it('videos are copies by nearly all of their pictures, and dark ones are none', () => {
  const of = (seeds: readonly number[]) => seeds.map((seed) => picture(noise(seed)));
  expect(areCopies(of([1, 2, 3, 4, 5]), of([1, 2, 3, 4, 99]))).toBe(true);
  expect(areCopies(of([1, 2, 3, 4, 5]), of([1, 2, 3, 98, 99]))).toBe(false);
  expect(areCopies([null, null, null, ...of([4, 5])], [null, null, null, ...of([4, 5])])).toBe(false);
});
