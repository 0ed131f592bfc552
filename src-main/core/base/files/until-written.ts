/** Soon enough that little can happen in between, and rare enough to cost a full disk nothing. */
const RETRY_MS = 3_000;

export interface UntilWrittenParts {
  /** Writes what counts by then, or throws; there may be nothing to do any more. */
  write(): void;
  /** Called once for each time that it stops working, however long that lasts. */
  onFailure(error: unknown): void;
}

/** A small file that must get to the disk, though whoever changed it was answered already. */
export interface UntilWritten {
  /** Writes now, else again and again until it worked. */
  now(): void;
  /** Tries what is still to be written once more, for the last time. */
  close(): void;
}

/**
 * For what a full disk must not keep anybody from doing, and what must be there after a crash all the same: who is in, who was sent away, which names are
 * taken. While nothing waits to be written nothing is done, and nothing that waits keeps the process from its end.
 */
export function createUntilWritten({ write, onFailure }: UntilWrittenParts): UntilWritten {
  let isWaiting = false;
  let hasClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function now(): void {
    clearTimeout(timer);
    try {
      write();
      isWaiting = false;
    } catch (error) {
      if (!isWaiting) onFailure(error);
      isWaiting = true;
      if (!hasClosed) timer = setTimeout(now, RETRY_MS).unref();
    }
  }

  return {
    now,
    close() {
      hasClosed = true;
      clearTimeout(timer);
      if (isWaiting) now();
    },
  };
}
