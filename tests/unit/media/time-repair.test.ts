import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repairTimes, withoutStrays } from '#core/media/time-repair.ts';

function repaired(ticks: Float64Array): Float64Array | null {
  return repairTimes(ticks, { timeBase: { num: 1, den: 1000 }, statedRates: [], isSuspect: false })?.ticks ?? null;
}

describe('repairTimes', () => {
  it('leaves ascending times alone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 300 }), (values) => {
        const ticks = Float64Array.from(values).sort();
        expect(repaired(ticks)).toEqual(ticks);
      }),
    );
  });

  it('makes times strictly ascending, and gives up where too much would be invented', () => {
    const damaged = fc.array(
      fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -900, 4000) }),
      { minLength: 1, maxLength: 400 },
    );
    fc.assert(
      fc.property(damaged, (errors) => {
        const ticks = Float64Array.from(errors, (error, frame) => frame * 512 + error * 512);
        const times = repaired(ticks);
        const wrong = errors.filter((error) => error !== 0).length;
        if (times === null) {
          expect(wrong).toBeGreaterThan(errors.length * 0.1);
          return;
        }
        expect(times).toHaveLength(ticks.length);
        for (let frame = 1; frame < times.length; frame++) expect(times[frame]).toBeGreaterThan(times[frame - 1] ?? 0);
      }),
    );
  });

  it('puts a frame without a time between its neighbours, or one step beyond the last', () => {
    const good = Array.from({ length: 30 }, (_, frame) => frame * 10);
    const ticks = Float64Array.from(good);
    ticks[7] = Number.NaN;
    ticks[29] = Number.NaN;
    expect([...(repaired(ticks) ?? [])]).toEqual(good);
  });

  it('gives up on a video without times', () => {
    expect(repaired(new Float64Array(10).fill(Number.NaN))).toBeNull();
  });

  it('keeps nearly all frames at their constant rate, and not those of another', () => {
    const even = Float64Array.from({ length: 100 }, (_, frame) => frame * 40);
    const strays = even.slice();
    strays[30] = 14_000;
    strays[31] = 1300;
    expect(repairTimes(strays, { timeBase: { num: 1, den: 1000 }, statedRates: [], isSuspect: false })).toEqual({
      ticks: even,
      hadStrays: true,
    });
    const paused = strays.map((tick, frame) => tick + (frame < 50 ? 0 : 7000));
    expect(repaired(paused)?.subarray(50)).toEqual(paused.subarray(50));
  });
});

describe('withoutStrays', () => {
  it('leaves out what goes astray, and no clock that starts anew', () => {
    const even = Float64Array.from({ length: 100 }, (_, frame) => frame * 40);
    const strays = even.with(30, 14_000).with(31, 100);
    expect(withoutStrays(strays)).toEqual(even.filter((_, frame) => frame !== 30 && frame !== 31));
    for (const second of [10, 90]) {
      const joined = Float64Array.from([...even, ...even.subarray(0, second)]);
      expect(withoutStrays(joined)).toEqual(joined);
    }
    // The second part begins a little before the end of the first.
    const overlapping = Float64Array.from([...even, ...even.map((tick) => tick + 3600)]);
    expect(withoutStrays(overlapping)).toEqual(overlapping);
  });
});
