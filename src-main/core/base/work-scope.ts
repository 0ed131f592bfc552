import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** Work that may be given up while it goes on. */
export interface ScopedWork {
  readonly isGivenUp: boolean;
}

export type WorkScope = ReturnType<typeof createWorkScope>;

/**
 * Knows in whose name something is done, also after any number of awaits: a job that does not stop when it is asked to may go on for ever, and by then its
 * project may be closed, another one may be open, or the same job may run a second time.
 */
export function createWorkScope() {
  const current = new AsyncLocalStorage<ScopedWork>();
  return {
    run: <T>(work: ScopedWork, act: () => T): T => current.run(work, act),
    /** @throws AppError `cancelled` in the name of work that was given up */
    requireWanted(): void {
      if (current.getStore()?.isGivenUp === true) throw new AppError('cancelled', words('jobs.givenUp'));
    },
  };
}
