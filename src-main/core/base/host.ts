import type { CheckFinding } from './db/check-database.ts';
import type { Secrets } from './secrets/secrets.ts';

export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface Clock {
  /** Wall clock, in milliseconds since 1970: for stamps that people read. It is set back now and then, so never subtract two of its times. */
  nowMs(): number;
  /** Milliseconds that only ever grow, from a beginning of their own: for every duration and age within one process. */
  monotonicMs(): number;
}

/** What the surroundings give to the core. Tests pass a manual clock and a worker of their own. */
export interface CoreHost {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Free bytes on the disk of a folder; left out: the file system is asked. */
  freeBytes?(folder: string): Promise<number>;
  /** Checks a database file in a thread of its own; left out, checks block. */
  checkDatabase?(file: string): Promise<CheckFinding>;
  /** See `compactDatabaseFile`; in a thread of its own. Left out, it blocks. */
  compactDatabase?(file: string): Promise<void>;
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
