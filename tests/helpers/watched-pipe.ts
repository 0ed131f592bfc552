import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';

export interface WatchedPipe {
  readonly wasOpened: boolean;
  stop(): void;
}

/**
 * A pipe that notices when any program opens it for reading. Such a program waits until somebody opens the other end, so none is missed; it is then let go
 * with nothing to read. Stands in for a file that nobody may open.
 */
export function watchPipe(path: string): WatchedPipe {
  execFileSync('mkfifo', [path]);
  const watched = { wasOpened: false, stop: () => clearInterval(timer) };
  const timer = setInterval(() => {
    try {
      // Without a reader this fails, rather than wait.
      closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
      watched.wasOpened = true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
    }
  }, 20);
  return watched;
}
