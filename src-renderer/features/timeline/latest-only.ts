/**
 * Runs `ask` for the newest value only: while an answer is awaited, later values overwrite each other. Keeps a drag from
 * queueing a question per pixel.
 */
export function latestOnly<T, R>(ask: (value: T) => Promise<R>, onAnswer: (answer: R, value: T) => void) {
  let isAsking = false;
  let waiting: { readonly value: T } | null = null;
  let isStopped = false;

  async function run(value: T): Promise<void> {
    isAsking = true;
    try {
      const answer = await ask(value);
      if (!isStopped) onAnswer(answer, value);
    } catch {
      // `ask` reports its own failures to the person; the drag goes on with the last answer.
    }
    isAsking = false;
    const next = waiting;
    waiting = null;
    if (next !== null && !isStopped) void run(next.value);
  }

  return {
    ask(value: T): void {
      if (isAsking) waiting = { value };
      else void run(value);
    },
    stop(): void {
      isStopped = true;
      waiting = null;
    },
  };
}
