import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens, evenFrames, type Load, planWindows } from '#core/engines/summarisers/summary-plan.ts';

const load = fc.record({ tokens: fc.nat(50), pictures: fc.nat(4) });
const room = fc.record({ tokens: fc.integer({ min: 1, max: 120 }), pictures: fc.integer({ min: 1, max: 8 }) });

const sum = (loads: readonly Load[]): Load => ({
  tokens: loads.reduce((total, { tokens }) => total + tokens, 0),
  pictures: loads.reduce((total, { pictures }) => total + pictures, 0),
});
const fits = (loads: readonly Load[], limit: Load): boolean => sum(loads).tokens <= limit.tokens && sum(loads).pictures <= limit.pictures;

/** The fewest windows that any cutting has, by trying all of them. */
function fewest(loads: readonly Load[], limit: Load): number {
  const best = [0];
  for (let end = 1; end <= loads.length; end++) {
    const choices = Array.from({ length: end }, (_, start) => start).filter(
      (start) => end - start === 1 || fits(loads.slice(start, end), limit),
    );
    best.push(Math.min(...choices.map((start) => (best[start] ?? Infinity) + 1)));
  }
  return best[loads.length] ?? 0;
}

describe('windows', () => {
  it('cover everything once, in order, and keep within the room unless a single item does not', () => {
    fc.assert(
      fc.property(fc.array(load, { maxLength: 40 }), room, (loads, limit) => {
        const windows = planWindows(loads, limit);
        expect(windows.map(({ start }) => start)).toEqual([0, ...windows.map(({ end }) => end)].slice(0, windows.length));
        expect(windows.at(-1)?.end ?? 0).toBe(loads.length);
        for (const { start, end } of windows) expect(end - start === 1 || fits(loads.slice(start, end), limit)).toBe(true);
      }),
    );
  });

  it('are as few as can be', () => {
    fc.assert(
      fc.property(fc.array(load, { maxLength: 14 }), room, (loads, limit) => {
        expect(planWindows(loads, limit)).toHaveLength(fewest(loads, limit));
      }),
    );
  });

  it('are filled evenly', () => {
    const loads = Array.from({ length: 10 }, () => ({ tokens: 10, pictures: 1 }));
    expect(planWindows(loads, { tokens: 90, pictures: 20 })).toEqual([
      { start: 0, end: 5 },
      { start: 5, end: 10 },
    ]);
    expect(
      planWindows(loads, { tokens: 1000, pictures: 4 })
        .map(({ start, end }) => end - start)
        .toSorted((a, b) => a - b),
    ).toEqual([2, 4, 4]);
  });
});

describe('the estimate of tokens', () => {
  it('never shrinks as a text grows, and counts every sign of scripts without blanks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(estimateTokens(a + b)).toBeGreaterThanOrEqual(estimateTokens(a));
      }),
    );
    expect(estimateTokens('一只狗在雪地里跑')).toBe(8);
    expect(estimateTokens('A dog runs through the snow.')).toBeLessThan(12);
  });
});

describe('frames over a stretch', () => {
  it('lie in it, ascend, and are never more than there are', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 64 }), (start, length, count) => {
        const frames = evenFrames(start, start + length, count);
        expect(frames).toHaveLength(Math.min(length, count));
        expect(frames).toEqual([...new Set(frames)].toSorted((a, b) => a - b));
        expect(frames.every((frame) => frame >= start && frame < start + length)).toBe(true);
      }),
    );
  });
});
