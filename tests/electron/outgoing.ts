import { expect } from '@playwright/test';
import { type Attempts, attemptsSoFar, namesVariable } from '../../src-main/setup/quiet-network.mjs';

export interface NetworkWatch {
  /** False where this machine lets nobody have a network of their own: then nothing is seen. */
  readonly sees: boolean;
  /** What tried to leave this machine since the watch began. */
  attempts(): Attempts;
  expectQuiet(): void;
}

/** From now on; see `quiet-network.mjs`. */
export function watchNetwork(): NetworkWatch {
  const sees = process.env[namesVariable] !== undefined;
  const before: Attempts = sees ? attemptsSoFar() : { names: [], packets: 0 };

  function attempts(): Attempts {
    const now = sees ? attemptsSoFar() : before;
    return { names: now.names.slice(before.names.length), packets: now.packets - before.packets };
  }

  return {
    sees,
    attempts,
    expectQuiet: () => expect(attempts(), 'what tried to leave this machine').toEqual({ names: [], packets: 0 }),
  };
}
