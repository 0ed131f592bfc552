import fc from 'fast-check';
import { expect, test } from 'vitest';
import { permuted } from '#engine-worker/quick-permute.ts';

test('a picture in rows of pixels becomes planes of red, green and blue', () => {
  const rows = Float32Array.of(1, 10, 100, 2, 20, 200);
  expect([...permuted(rows, [1, 2, 3], [2, 0, 1])]).toEqual([1, 2, 10, 20, 100, 200]);
});

test('axes that are moved and moved back give the same data', () => {
  const permutation = fc
    .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
    .chain((dims) => fc.tuple(fc.constant(dims), fc.shuffledSubarray([...dims.keys()], { minLength: dims.length })));
  fc.assert(
    fc.property(permutation, ([dims, axes]) => {
      const data = Float32Array.from({ length: dims.reduce((product, size) => product * size, 1) }, (_, index) => index);
      const back = axes.map((_, axis) => axes.indexOf(axis));
      const there = permuted(data, dims, axes);
      const here = permuted(
        there,
        axes.map((axis) => dims[axis] ?? 1),
        back,
      );
      expect([...here]).toEqual([...data]);
    }),
  );
});
