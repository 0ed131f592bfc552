import { expect, it } from 'vitest';
import { newShortId } from '#core/base/short-id.ts';

it('ids come in the order of time, and also from a clock that stands before 1970', () => {
  const ids = [-86_400_000, 1, Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1), Date.UTC(2100, 0, 1)].map(newShortId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids.map((id) => id.length))).toEqual(new Set([18]));
});
