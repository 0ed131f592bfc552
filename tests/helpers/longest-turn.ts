import { expect } from 'vitest';

export interface TurnTimes {
  /** What the work cost in all. */
  readonly allMs: number;
  /** The longest stretch in which nothing else had a turn. */
  readonly longestMs: number;
}

/** This process's own time, so that whatever else the machine does counts for nothing. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** In `usedMs`. */
export async function timeTurns(work: Promise<unknown>): Promise<TurnTimes> {
  const beganMs = usedMs();
  let [turnBeganMs, longestMs, isDone] = [beganMs, 0, false];
  const watch = (): void => {
    const nowMs = usedMs();
    longestMs = Math.max(longestMs, nowMs - turnBeganMs);
    turnBeganMs = nowMs;
    if (!isDone) setImmediate(watch);
  };
  setImmediate(watch);
  try {
    await work;
  } finally {
    isDone = true;
    watch();
  }
  return { allMs: usedMs() - beganMs, longestMs };
}

/**
 * Fails where the work keeps to none of its limits in three tries. Whatever else a machine does only adds to a time, so
 * what once was within a limit is; what is too slow by its kind is too slow each time. `work` is begun anew for each try.
 */
export async function expectWithin(limits: Partial<TurnTimes>, work: () => unknown): Promise<void> {
  const tried: TurnTimes[] = [];
  while (tried.length < 3) {
    const times = await timeTurns(Promise.resolve().then(work));
    if (times.allMs < (limits.allMs ?? Infinity) && times.longestMs < (limits.longestMs ?? Infinity)) return;
    tried.push(times);
  }
  expect.fail(`Not within ${JSON.stringify(limits)}: ${JSON.stringify(tried)}`);
}
