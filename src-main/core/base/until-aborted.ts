/** The result of `work`, or a rejection as soon as `signal` aborts: with its reason, or with `error`. The work itself goes on, and its result is dropped. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, error?: Error): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const leave = (): void => aborted.reject(error ?? signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
