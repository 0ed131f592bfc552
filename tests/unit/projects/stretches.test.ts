import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createStretches, type Stretch } from '#core/project/transcripts/stretches.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

const stretch = fc.tuple(fc.nat(30), fc.nat(6)).map(([startUs, lengthUs]): Stretch => ({ startUs, endUs: startUs + lengthUs }));

it('speech is found to lie over other speech just where it does', () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12 }), stretch, (there, asked) => {
      const isOver = there.some((other) => asked.startUs < other.endUs && other.startUs < asked.endUs);
      expect(createStretches(there)(asked)).toBe(isOver);
    }),
    { numRuns: 2_000 },
  );
});

it('thirty thousand pieces of speech are compared with as many in a moment', async () => {
  const there = Array.from({ length: 30_000 }, (_, index) => ({ startUs: index * 10, endUs: index * 10 + 5 }));
  await expectWithin({ allMs: 500 }, () => {
    const isTaken = createStretches(there);
    expect(there.filter(({ startUs, endUs }) => isTaken({ startUs: startUs + 5, endUs: endUs + 5 }))).toEqual([]);
  });
});
