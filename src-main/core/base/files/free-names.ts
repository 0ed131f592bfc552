import { sameNameKey } from './safe-name.ts';

/** Names of which no two are the same on any file system. However many are alike, each takes a moment: no number is tried twice. */
export function createFreeNames() {
  const taken = new Set<string>();
  /** The next number of each name that others have, too. */
  const counts = new Map<string, number>();

  /** False: somebody has it. */
  function take(name: string): boolean {
    const key = sameNameKey(name);
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  }

  /** Takes the first of `wanted-2`, `wanted-3`, … that nobody has. */
  function takeNumbered(wanted: string, numbered = (count: number): string => `${wanted}-${count}`): string {
    const key = sameNameKey(wanted);
    let count = counts.get(key) ?? 2;
    while (!take(numbered(count))) count++;
    counts.set(key, count + 1);
    return numbered(count);
  }

  return {
    take,
    takeNumbered,
    /** Takes `wanted`, or else one with a number. */
    takeFree: (wanted: string, numbered?: (count: number) => string): string => (take(wanted) ? wanted : takeNumbered(wanted, numbered)),
    /** Whether somebody has it; by its key. */
    hasKey: (key: string): boolean => taken.has(key),
  };
}

/** A number from 1 on that is free, and of which the one before is taken: the next one, where they were given in order. Looks at few of them. */
export function freeNumber(isTaken: (count: number) => boolean): number {
  if (!isTaken(1)) return 1;
  let [low, high] = [1, 2];
  while (isTaken(high)) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isTaken(middle)) low = middle;
    else high = middle;
  }
  return high;
}
