import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assumeConstant, measureTiming } from '#core/media/frame-timing.ts';

const MILLISECONDS = { num: 1, den: 1000 };
const NTSC = { num: 30000, den: 1001 };

const commonRates = fc.constantFrom(
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  NTSC,
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
);

function ticksAt(rate: { num: number; den: number }, timeBase: { num: number; den: number }, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, frame) => Math.round((frame * rate.den * timeBase.den) / (rate.num * timeBase.num)));
}

describe('measureTiming', () => {
  it('finds a constant rate although the container rounds its times, whether it states the rate or not', () => {
    const timeBases = fc.constantFrom(MILLISECONDS, { num: 1, den: 90000 }, { num: 1, den: 12800 });
    fc.assert(
      fc.property(
        commonRates,
        timeBases,
        fc.integer({ min: 2000, max: 20000 }),
        fc.integer({ min: -5000, max: 5000 }),
        (rate, timeBase, count, shift) => {
          const ticks = ticksAt(rate, timeBase, count).map((tick) => tick + shift);
          expect(measureTiming(ticks, timeBase, [])).toEqual({ rate, isVariableRate: false, ptsUs: null });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does not believe a stated rate that its frames contradict', () => {
    // 2997/100 is off by seven milliseconds after two hours.
    expect(measureTiming(ticksAt(NTSC, MILLISECONDS, 215_784), MILLISECONDS, [{ num: 2997, den: 100 }]).rate).toEqual(NTSC);
  });

  it('finds odd constant rates', () => {
    expect(measureTiming(ticksAt({ num: 7, den: 3 }, { num: 1, den: 90000 }, 50), { num: 1, den: 90000 }, [])).toMatchObject({
      rate: { num: 7, den: 3 },
      isVariableRate: false,
    });
  });

  it('notices one frame left out, even where a tick is as long as a frame', () => {
    const timing = measureTiming(Float64Array.of(0, 1, 2, 4, 5), { num: 1, den: 25 }, [{ num: 25, den: 1 }]);
    expect(timing.isVariableRate).toBe(true);
    expect([...(timing.ptsUs ?? [])]).toEqual([0, 40_000, 80_000, 160_000, 200_000]);
    expect(timing.rate).toEqual({ num: 20, den: 1 });
  });

  it('takes the stated rate for a single frame, and 25 where none is stated', () => {
    expect(measureTiming(Float64Array.of(9), MILLISECONDS, [NTSC]).rate).toEqual(NTSC);
    expect(measureTiming(Float64Array.of(9), MILLISECONDS, []).rate).toEqual({ num: 25, den: 1 });
    expect(assumeConstant(Float64Array.of(Number.NaN, Number.NaN), MILLISECONDS, [{ num: 50, den: 2 }]).rate).toEqual({ num: 25, den: 1 });
  });

  it('assumes no rate that the times between frames contradict, as that of the clock of a recording in a browser', () => {
    const twice = [0, 34, 66, 100, 133, 0, 33, 67, 101];
    expect(assumeConstant(Float64Array.from(twice), MILLISECONDS, [{ num: 1000, den: 1 }]).rate).toEqual({ num: 30000, den: 1001 });
    expect(assumeConstant(Float64Array.from(twice), MILLISECONDS, [{ num: 30, den: 1 }]).rate).toEqual({ num: 30, den: 1 });
    const days = Float64Array.of(0, 1e9, 2e9);
    expect(assumeConstant(days, MILLISECONDS, [{ num: 25, den: 1 }]).rate).toEqual({ num: 25, den: 1 });
  });
});
