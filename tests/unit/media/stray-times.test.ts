import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasStrayTimes } from '#core/media/stray-times.ts';

/** Packets in the order of decoding, of groups P B b b with a key frame now and then: two frames are held back. */
function reordered(shown: readonly number[]): { ticks: number; isKey: boolean }[] {
  const packets = [{ ticks: shown[0] ?? 0, isKey: true }];
  for (let at = 1; at < shown.length; at += 4) {
    const [one, two, three, four] = shown.slice(at, at + 4);
    for (const ticks of [four, two, one, three]) if (ticks !== undefined) packets.push({ ticks, isKey: ticks === four && at % 40 === 1 });
  }
  return packets;
}

describe('hasStrayTimes', () => {
  it('believes any rate, in any usual order of decoding', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(40), fc.constant(41), fc.integer({ min: 31, max: 20_000 })), { maxLength: 400 }),
        (steps) => {
          let at = 0;
          const shown = [0, ...steps.map((step) => (at += step))];
          expect(hasStrayTimes(reordered(shown.slice(0, 1 + 4 * Math.floor(steps.length / 4))), 2)).toBe(false);
        },
      ),
    );
  });

  it('finds one that is too late or too early by far', () => {
    const shown = Array.from({ length: 241 }, (_, frame) => frame * 40 + (frame % 3) * 9);
    for (const by of [-5003, 5003]) {
      const packets = reordered(shown);
      for (const index of [100, 101, 102, 103]) {
        const strayed = packets.with(index, { isKey: false, ticks: (packets[index]?.ticks ?? 0) + by });
        expect(hasStrayTimes(strayed, 2)).toBe(true);
      }
    }
  });

  it('finds one between two frames that follow each other at an even rate', () => {
    const packets = reordered(Array.from({ length: 241 }, (_, frame) => frame * 40));
    expect(hasStrayTimes(packets, 2)).toBe(false);
    for (const by of [-81, -60, 100, 501])
      expect(hasStrayTimes(packets.with(100, { isKey: false, ticks: (packets[100]?.ticks ?? 0) + by }), 2)).toBe(true);
  });
});
