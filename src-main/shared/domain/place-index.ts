/**
 * Finds, of many things, those whose place is in `[from, to)`, without going over the others; in the order in which they were given. To be
 * made once for many questions.
 */
export function indexByPlace<T>(things: readonly T[], placeOf: (thing: T) => number): (from: number, to: number) => T[] {
  const sorted = things.map((thing, order) => ({ thing, order, place: placeOf(thing) })).toSorted((one, other) => one.place - other.place);

  /** How many lie before a place. */
  function countBefore(place: number): number {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle]?.place ?? Number.POSITIVE_INFINITY) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return (from, to) =>
    sorted
      .slice(countBefore(from), countBefore(to))
      .toSorted((one, other) => one.order - other.order)
      .map(({ thing }) => thing);
}
