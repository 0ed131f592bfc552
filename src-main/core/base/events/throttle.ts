export interface Throttle<T> {
  /** Delivers at once, or after the interval the newest value of this key. */
  push(key: string, value: T): void;
  /** Delivers at once, in the place of what waits: the last word on this key. */
  last(key: string, value: T): void;
  /** Delivers what waits, now. */
  flush(): void;
}

/** At most one delivery per key and interval; the last value of a burst always arrives. */
export function createThrottle<T>(intervalMs: number, deliver: (value: T) => void): Throttle<T> {
  const resting = new Map<string, { timer: NodeJS.Timeout; waiting: { value: T } | null }>();

  function rest(key: string): void {
    const timer = setTimeout(() => {
      const waiting = resting.get(key)?.waiting ?? null;
      resting.delete(key);
      if (waiting === null) return;
      deliver(waiting.value);
      rest(key);
    }, intervalMs);
    resting.set(key, { timer, waiting: null });
  }

  return {
    push(key, value) {
      const current = resting.get(key);
      if (current !== undefined) {
        current.waiting = { value };
        return;
      }
      rest(key);
      deliver(value);
    },
    last(key, value) {
      clearTimeout(resting.get(key)?.timer);
      resting.delete(key);
      deliver(value);
    },
    flush() {
      const entries = [...resting.values()];
      resting.clear();
      for (const { timer, waiting } of entries) {
        clearTimeout(timer);
        if (waiting !== null) deliver(waiting.value);
      }
    },
  };
}
