import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

export interface InFlightOptions {
  /** How many items may be worked on at once; the next one is asked for only when there is room. */
  readonly limit: number;
  /** Left out: nothing stops it from outside. */
  readonly signal?: AbortSignal;
}

/**
 * Works on items as they come, several at once, finishing in any order. When one fails, the others are notified by their signal and waited
 * for, no more items are taken, and the first failure is thrown (p-queue goes on with the others, and takes all items at once). When the items themselves fail, what is in flight is finished first.
 */
export async function forEachInFlight<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { limit, signal }: InFlightOptions,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];

  function begin(item: T): void {
    const task = work(item, either)
      .catch((error: unknown) => {
        failures.push(error);
        stop.abort(new AppError('cancelled', words('base.partFailed')));
      })
      .finally(() => inFlight.delete(task));
    inFlight.add(task);
  }

  try {
    for await (const item of items) {
      if (failures.length > 0) break;
      begin(item);
      if (inFlight.size >= limit) await Promise.race(inFlight);
    }
  } finally {
    await Promise.all(inFlight);
  }
  if (failures.length > 0) throw failures[0];
}
