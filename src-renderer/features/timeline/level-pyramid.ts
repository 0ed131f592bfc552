/**
 * Loudest values over any range of a long curve in O(log n): level k holds the maximum of each 2^k values. Used for the
 * waveform and for the detector's score curve, whose peaks must never vanish by zooming out.
 */
export interface LevelPyramid {
  readonly length: number;
  readonly levels: readonly Uint8Array[];
}

/** `values`: one byte each; kept, not copied. */
export function buildPyramid(values: Uint8Array): LevelPyramid {
  const levels = [values];
  let below = values;
  while (below.length > 1) {
    const level = new Uint8Array(Math.ceil(below.length / 2));
    for (let i = 0; i < level.length; i++) level[i] = Math.max(below[2 * i] ?? 0, below[2 * i + 1] ?? 0);
    levels.push(level);
    below = level;
  }
  return { length: values.length, levels };
}

/** Maximum of `values[start..end)`, fractions rounded outwards; 0 for an empty range. */
export function maxIn(pyramid: LevelPyramid, start: number, end: number): number {
  let low = Math.max(0, Math.floor(start));
  let high = Math.min(pyramid.length, Math.ceil(end));
  let max = 0;
  for (const level of pyramid.levels) {
    if (low >= high) break;
    // An odd edge has no whole parent in the range: take it here, then go one level up.
    if (low % 2 === 1) max = Math.max(max, level[low++] ?? 0);
    if (low < high && high % 2 === 1) max = Math.max(max, level[--high] ?? 0);
    low /= 2;
    high /= 2;
  }
  return max;
}
