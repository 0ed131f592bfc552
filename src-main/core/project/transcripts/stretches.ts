/** A stretch of time, `[startUs, endUs)`. */
export interface Stretch {
  readonly startUs: number;
  readonly endUs: number;
}

/** Tells of any stretch whether one of these lies over it, without going over all of them: a film has tens of thousands, and as many are asked about. */
export function createStretches(stretches: readonly Stretch[]): (asked: Stretch) => boolean {
  const apart: Stretch[] = [];
  for (const { startUs, endUs } of stretches.toSorted((one, other) => one.startUs - other.startUs)) {
    const last = apart.at(-1);
    if (last === undefined || startUs >= last.endUs) apart.push({ startUs, endUs });
    else if (endUs > last.endUs) apart[apart.length - 1] = { startUs: last.startUs, endUs };
  }
  return ({ startUs, endUs }) => {
    let [low, high] = [0, apart.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((apart[middle]?.endUs ?? Number.POSITIVE_INFINITY) <= startUs) low = middle + 1;
      else high = middle;
    }
    return (apart[low]?.startUs ?? Number.POSITIVE_INFINITY) < endUs;
  };
}
