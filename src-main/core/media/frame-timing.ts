import { frameToUs, type Rational } from '#shared/domain/time.ts';

/** When the frames of a video are shown. `ptsUs` (per frame, from the first one, and perhaps the end of the last) only where the rate varies. */
export interface FrameTiming {
  readonly rate: Rational;
  readonly isVariableRate: boolean;
  readonly ptsUs: Float64Array | null;
}

const COMMON_RATES: readonly Rational[] = [
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
  { num: 15, den: 1 },
  { num: 12, den: 1 },
  { num: 10, den: 1 },
];
const DEFAULT_RATE: Rational = { num: 25, den: 1 };

/** Rates to try, the likeliest first. */
export function likelyRates(statedRates: readonly Rational[]): readonly Rational[] {
  return [...statedRates, ...COMMON_RATES];
}

/**
 * Finds the rate at which frames were shown, given their times in ticks of `timeBase` (strictly ascending, at least one) and the
 * rates that the container states. A rate is constant when every frame lies within one tick of its place (Matroska, for
 * one, rounds times to a millisecond), and by far closer than half a frame, so that a frame left out is noticed.
 */
export function measureTiming(ticks: Float64Array, timeBase: Rational, statedRates: readonly Rational[]): FrameTiming {
  const constant = [...likelyRates(statedRates), ...meanRate(ticks, timeBase)].find((rate) => isConstant(ticks, timeBase, rate));
  if (constant !== undefined) return { rate: reduced(constant), isVariableRate: false, ptsUs: null };
  const [rate = DEFAULT_RATE] = meanRate(ticks, timeBase);
  return { rate: roundedRate(rate), isVariableRate: true, ptsUs: ticks.map((tick) => ticksToUs(tick - (ticks[0] ?? 0), timeBase)) };
}

/** The last frame of a constant rate that stays this much longer than the others, in microseconds, was meant to (slides, a talk over a still picture). */
const LONG_STAY_US = 200_000;

/** Gives the last frame its own duration: a time more in `ptsUs` is the end of the video. `lastUs` null: it is not known. */
export function withLastDuration(timing: FrameTiming, frameCount: number, lastUs: number | null): FrameTiming {
  const { rate, ptsUs } = timing;
  const usualUs = (rate.den * 1e6) / rate.num;
  if (lastUs === null || (ptsUs === null && lastUs < usualUs + LONG_STAY_US)) return timing;
  const starts = ptsUs ?? Float64Array.from({ length: frameCount }, (_, frame) => frameToUs({ rate, frameCount }, frame));
  return { rate, isVariableRate: true, ptsUs: Float64Array.from([...starts, (starts.at(-1) ?? 0) + lastUs]) };
}

/** How long the last frame stays, in microseconds; the usual time between two where it is said to be less than between any. */
export function orUsualGap(lastUs: number, ticks: Float64Array, timeBase: Rational): number {
  const gaps = ticks
    .subarray(1)
    .map((tick, index) => ticksToUs(tick - (ticks[index] ?? 0), timeBase))
    .sort();
  const isBelievable = lastUs <= 0 || lastUs + ticksToUs(1, timeBase) >= (gaps[0] ?? 0);
  return isBelievable ? lastUs : (gaps[gaps.length >> 1] ?? lastUs);
}

/** Between two pictures, in microseconds: times that cannot be used may say anything else. */
const BELIEVABLE_GAP_US = { from: 1_000, to: 10_000_000 } as const;

/**
 * For videos whose times cannot be used: a constant rate, the first that is stated and fits the usual time between two frames, as far as their times say.
 * Some files state the rate of their clock.
 */
export function assumeConstant(ticks: Float64Array, timeBase: Rational, statedRates: readonly Rational[]): FrameTiming {
  const gaps = ticks
    .subarray(1)
    .map((tick, index) => tick - (ticks[index] ?? 0))
    .filter((gap) => gap > 0)
    .sort();
  const usual = gaps[gaps.length >> 1] ?? 0;
  const usualUs = ticksToUs(usual, timeBase);
  const isBelievable = usualUs >= BELIEVABLE_GAP_US.from && usualUs <= BELIEVABLE_GAP_US.to;
  const fits = (rate: Rational): boolean => Math.abs(gridOf(rate, timeBase).ticksPerFrame / usual - 1) < 0.1;
  const rate = isBelievable
    ? (likelyRates(statedRates).find(fits) ?? roundedRate({ num: timeBase.den, den: usual * timeBase.num }))
    : (statedRates[0] ?? DEFAULT_RATE);
  return { rate: reduced(rate), isVariableRate: false, ptsUs: null };
}

export function ticksToUs(ticks: number, timeBase: Rational): number {
  return Math.round((ticks * timeBase.num * 1e6) / timeBase.den);
}

function isConstant(ticks: Float64Array, timeBase: Rational, rate: Rational): boolean {
  const { ticksPerFrame, tolerance } = gridOf(rate, timeBase);
  const first = ticks[0] ?? 0;
  return ticks.every((tick, index) => Math.abs(tick - first - index * ticksPerFrame) <= tolerance);
}

/** Where frames of a constant rate stand, and how far from there their times may be. */
export function gridOf(rate: Rational, timeBase: Rational): { ticksPerFrame: number; tolerance: number } {
  const ticksPerFrame = (rate.den * timeBase.den) / (rate.num * timeBase.num);
  return { ticksPerFrame, tolerance: Math.min(1.001, ticksPerFrame / 4) };
}

/** Frames per second from the first to the last frame; none for a single frame. */
function meanRate(ticks: Float64Array, timeBase: Rational): Rational[] {
  const intervals = ticks.length - 1;
  const span = (ticks[intervals] ?? 0) - (ticks[0] ?? 0);
  if (intervals < 1 || span <= 0) return [];
  const exact = { num: intervals * timeBase.den, den: span * timeBase.num };
  // Times that had to be invented are no whole ticks.
  return [Number.isSafeInteger(exact.num) && Number.isSafeInteger(exact.den) ? exact : roundedRate(exact)];
}

/** A mean is no exact figure: three decimals say enough. */
function roundedRate({ num, den }: Rational): Rational {
  return reduced({ num: Math.max(1, Math.round((num / den) * 1000)), den: 1000 });
}

function reduced({ num, den }: Rational): Rational {
  const divisor = greatestCommonDivisor(num, den);
  return { num: num / divisor, den: den / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
