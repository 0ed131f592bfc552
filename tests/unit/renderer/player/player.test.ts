import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameToUs, usToFrame, type FrameClock } from '#shared/domain/time.ts';
import { frameAfterSeconds, nearestFrame, seekTarget } from '../../../../src-renderer/features/player/frame-stepping.ts';
import { nextShuttleRate } from '../../../../src-renderer/features/player/shuttle.ts';

const rates = fc.constantFrom(
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 60, den: 1 },
  { num: 120, den: 1 },
);
const frameCount = 300_000;

describe('from what the browser presents to the frame', () => {
  it('names the right frame although containers round to milliseconds and browsers cut to microseconds', () => {
    fc.assert(
      fc.property(rates, fc.nat(frameCount - 1), (rate, frame) => {
        const clock: FrameClock = { rate, frameCount };
        const exactUs = frameToUs(clock, frame);
        expect(nearestFrame(clock, Math.round(exactUs / 1000) * 1000)).toBe(frame);
        expect(nearestFrame(clock, Math.floor((frame * rate.den * 1e6) / rate.num))).toBe(frame);
      }),
    );
  });

  it('names the right frame of a variable rate', () => {
    const ptsUs = [0, 10_000, 90_000, 95_000, 300_000];
    const clock: FrameClock = { rate: { num: 20, den: 1 }, frameCount: 5, ptsUs };
    expect([0, 9_999, 89_999, 95_001, 300_400].map((us) => nearestFrame(clock, us))).toEqual([0, 1, 2, 3, 4]);
  });

  it('seeks into the middle of the frame, whatever time the file starts at', () => {
    fc.assert(
      fc.property(rates, fc.nat(frameCount - 1), fc.integer({ min: 0, max: 5e6 }), (rate, frame, startUs) => {
        const clock: FrameClock = { rate, frameCount };
        expect(usToFrame(clock, seekTarget(clock, frame, startUs) * 1e6 - startUs)).toBe(frame);
      }),
    );
  });

  it('jumps a second by the clock, and at least one frame', () => {
    expect(frameAfterSeconds({ rate: { num: 30000, den: 1001 }, frameCount: 500 }, 100, 1)).toBe(129);
    expect(frameAfterSeconds({ rate: { num: 1, den: 4 }, frameCount: 50 }, 10, 1)).toBe(11);
    expect(frameAfterSeconds({ rate: { num: 25, den: 1 }, frameCount: 50 }, 10, -1)).toBe(0);
  });
});

describe('J and L', () => {
  it('start, double up to eightfold, and turn round to normal speed', () => {
    const rates: number[] = [];
    let rate = 0;
    for (const key of ['forward', 'forward', 'forward', 'forward', 'forward', 'backward', 'backward'] as const) {
      rate = nextShuttleRate(rate, key);
      rates.push(rate);
    }
    expect(rates).toEqual([1, 2, 4, 8, 8, -1, -2]);
  });
});
