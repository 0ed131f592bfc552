import type { Rational } from '#shared/domain/time.ts';
import { gridOf, likelyRates } from './frame-timing.ts';

/** Of all times, so that the others may be invented. */
const BELIEVED_SHARE = 0.9;

export interface RepairRequest {
  readonly timeBase: Rational;
  readonly statedRates: readonly Rational[];
  /** The packets say that some timestamps cannot be true; times that go back say so, too. */
  readonly isSuspect: boolean;
}

export interface RepairedTimes {
  /** Strictly ascending. */
  readonly ticks: Float64Array;
  /** Some timestamps were wrong: no frame is found by its time. */
  readonly hadStrays: boolean;
}

/**
 * Makes times strictly ascending, as those of a damaged video may not be. Where some are wrong, and nearly all frames keep to a constant rate, the others are taken to. Else the
 * longest ascending subsequence is believed, and what lies between (NaN: no time stated) is spread evenly. Null when more than a tenth would have to be invented.
 */
export function repairTimes(ticks: Float64Array, { timeBase, statedRates, isSuspect }: RepairRequest): RepairedTimes | null {
  const kept = longestAscending(ticks);
  if (!isEnough(kept, ticks)) return null;
  const goesBack = goBack(ticks);
  if (isSuspect || goesBack) {
    for (const rate of likelyRates(statedRates)) {
      const even = evenTimes(ticks, kept, gridOf(rate, timeBase));
      if (even !== null) return even;
    }
  }
  if (kept.length === ticks.length) return { ticks, hadStrays: false };
  return { ticks: spreadBetween(ticks, kept), hadStrays: goesBack || (isSuspect && kept.length < countStated(ticks)) };
}

/** Whether some frame is said to be shown before the one in front of it; `orStay`: or together with it. */
export function goBack(ticks: Float64Array, { orStay = false } = {}): boolean {
  let latest = -Infinity;
  for (const tick of ticks) {
    if (tick < latest || (orStay && tick === latest)) return true;
    if (!Number.isNaN(tick)) latest = tick;
  }
  return false;
}

function countStated(ticks: Float64Array): number {
  return ticks.reduce((count, tick) => count + (Number.isNaN(tick) ? 0 : 1), 0);
}

/** Null when too few frames keep to this rate, or the last does not. */
function evenTimes(
  ticks: Float64Array,
  kept: readonly number[],
  { ticksPerFrame, tolerance }: ReturnType<typeof gridOf>,
): RepairedTimes | null {
  const [first = 0, last = 0] = [kept[0], kept.at(-1)];
  const start = (ticks[first] ?? 0) - first * ticksPerFrame;
  const even = ticks.map((_, index) => start + index * ticksPerFrame);
  const isEven = (index: number): boolean => Math.abs((ticks[index] ?? 0) - (even[index] ?? 0)) <= tolerance;
  const strays = ticks.reduce((count, tick, index) => count + (Number.isNaN(tick) || isEven(index) ? 0 : 1), 0);
  const evenCount = countStated(ticks) - strays;
  return isEven(last) && evenCount >= ticks.length * BELIEVED_SHARE ? { ticks: even, hadStrays: strays > 0 } : null;
}

function spreadBetween(ticks: Float64Array, kept: readonly number[]): Float64Array {
  const step = Math.max(1e-3, typicalStep(ticks, kept));
  const repaired = new Float64Array(ticks.length);
  const tickAt = (index: number | undefined): number => (index === undefined ? Number.NaN : (ticks[index] ?? Number.NaN));
  for (let gap = 0; gap <= kept.length; gap++) {
    const [before, after] = [gap === 0 ? undefined : kept[gap - 1], kept[gap]];
    const from = before ?? -1;
    const to = after ?? ticks.length;
    const start = before === undefined ? tickAt(after) - (to - from) * step : tickAt(before);
    const end = after === undefined ? start + (to - from) * step : tickAt(after);
    for (let index = from + 1; index < to; index++) repaired[index] = start + ((end - start) * (index - from)) / (to - from);
    if (after !== undefined) repaired[after] = tickAt(after);
  }
  return repaired;
}

/** Frames that a wrong timestamp may put out of order: more than decoders hold back. */
const MAX_STRAY_RUN = 17;

/** Whether times can be repaired, and are of so many frames. */
export function areRepairable(ticks: Float64Array, frameCount: number): boolean {
  return ticks.length === frameCount && isEnough(longestAscending(ticks), ticks);
}

function isEnough(kept: readonly number[], ticks: Float64Array): boolean {
  return kept.length >= Math.max(1, ticks.length * BELIEVED_SHARE);
}

/** Leaves out the few times that go astray between others which go on as if nothing had been. A clock that starts anew stays as it is. */
export function withoutStrays(ticks: Float64Array): Float64Array {
  const kept = longestAscending(ticks);
  const step = typicalStep(ticks, kept);
  const isStray = new Uint8Array(ticks.length);
  for (let at = 1; at < kept.length; at++) {
    const [before = 0, after = 0] = [kept[at - 1], kept[at]];
    const hasRoom = (ticks[after] ?? 0) - (ticks[before] ?? 0) >= ((after - before) * step) / 2;
    if (after - before - 1 <= MAX_STRAY_RUN && hasRoom) isStray.fill(1, before + 1, after);
  }
  return ticks.filter((_, index) => isStray[index] === 0);
}

/** Indices of one longest strictly ascending subsequence (patience sorting), NaN left out. */
function longestAscending(values: Float64Array): number[] {
  const tails: number[] = [];
  const previous = new Int32Array(values.length).fill(-1);
  const valueAt = (tail: number): number => values[tails[tail] ?? 0] ?? 0;
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    let low = 0;
    let high = tails.length;
    // Nearly always the value goes to the end.
    if (high > 0 && valueAt(high - 1) < value) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (valueAt(middle) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
  }
  const chain: number[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) chain.push(index);
  return chain.reverse();
}

/** Mean distance of the believed times, per frame. */
function typicalStep(ticks: Float64Array, kept: readonly number[]): number {
  const [first, last] = [kept[0] ?? 0, kept.at(-1) ?? 0];
  return first === last ? 1 : ((ticks[last] ?? 0) - (ticks[first] ?? 0)) / (last - first);
}
