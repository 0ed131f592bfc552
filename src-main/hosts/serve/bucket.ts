/** How much there may be: `burst` at once, then so many in each second. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Takes some out, and returns how many milliseconds it is until there are some again. */
export function createBucket({ perSecond, burst }: Rate): (taken: number) => number {
  let [left, atMs] = [burst, performance.now()];
  return (taken) => {
    const nowMs = performance.now();
    left = Math.min(burst, left + ((nowMs - atMs) * perSecond) / 1000) - taken;
    atMs = nowMs;
    return left >= 0 ? 0 : Math.ceil((-left * 1000) / perSecond);
  };
}
