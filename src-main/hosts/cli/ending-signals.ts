/** By these a command is asked to end in order: Ctrl+C, a service manager, a terminal that was closed. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `listener` at the first of them; one that comes after it ends the process at once. Returns the removal. */
export function onEndingSignal(listener: () => void): () => void {
  const remove = (): void => {
    for (const signal of ENDING_SIGNALS) process.off(signal, end);
  };
  const end = (): void => {
    remove();
    listener();
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, end);
  return remove;
}
