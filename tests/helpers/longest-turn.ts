export interface TurnTimes {
  /** What the work cost in all. */
  readonly allMs: number;
  /** The longest stretch in which nothing else had a turn. */
  readonly longestMs: number;
}

/** This process's own time, so that whatever else the machine does counts for nothing. */
export function usedMs(): number {
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
