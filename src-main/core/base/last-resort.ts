/** Whoever waits longer than this for an orderly end waits for something that will not come. */
const CLOSE_LIMIT_MS = 10_000;

/** For a fault in the program itself (`sysexits.h`): a supervisor counts it as a crash. */
export const EXIT_AFTER_FAULT = 70;

const FAULTS = ['uncaughtException', 'unhandledRejection'] as const;

export interface LastResortParts {
  /** Writes it down at once: nothing asynchronous may be needed for it. */
  log(error: unknown, message: string): void;
  /** Lets go of everything in order. */
  close(): Promise<void>;
  exit(code: number): void;
  /** Where faults arrive; left out: this process. */
  readonly source?: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
}

/**
 * What becomes of an error that nothing caught: it is logged, everything is closed in order, and the process ends, because nobody knows
 * what the error left half done. Returns the handler's removal.
 */
export function endInOrderAfterFault({ log, close, exit, source = process }: LastResortParts): () => void {
  let isEnding = false;

  function end(error: unknown): void {
    log(error, isEnding ? 'a further error while the studio was closing' : 'an error that nothing caught: the studio closes');
    if (isEnding) return;
    isEnding = true;
    const limit = setTimeout(() => exit(EXIT_AFTER_FAULT), CLOSE_LIMIT_MS);
    close()
      .catch((closeError: unknown) => log(closeError, 'the studio could not be closed in order'))
      .finally(() => {
        clearTimeout(limit);
        exit(EXIT_AFTER_FAULT);
      });
  }

  for (const fault of FAULTS) source.on(fault, end);
  return () => {
    for (const fault of FAULTS) source.off(fault, end);
  };
}
