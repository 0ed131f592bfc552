import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when `work` has ended, or when the time is over and it goes on by itself. */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const waited = new AbortController();
  await Promise.race([work, delay(ms, undefined, { signal: waited.signal, ref: false }).catch(() => undefined)]);
  waited.abort();
}
