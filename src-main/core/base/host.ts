import type { LimitedPart } from '#core/engines/work-limit.ts';
import type { WorkerMessage, WorkerRequest } from '#core/engines/worker-contract.ts';
import type { CheckFinding } from './db/check-database.ts';
import type { Secrets } from './secrets/secrets.ts';
import type { Wire } from '#shared/contract/wire.ts';

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

/** How a worker died that nobody ended. */
export interface WorkerFailure {
  /** For people, e.g. `ended by SIGSEGV`. */
  readonly reason: string;
  /** The end of what it printed, for the log. */
  readonly output: string;
  /** The part of a model's folder for which it was ended, because that part took longer than it may; null for any other death. */
  readonly overLimit: LimitedPart | null;
}

/** A running engine worker; `terminate` ends it at once, whatever it is doing. */
export interface EngineWorkerHandle {
  readonly wire: Wire<WorkerRequest, WorkerMessage>;
  /** Once the wire is closed: what the worker died of; null when it was told to end. */
  failure(): WorkerFailure | null;
  terminate(): Promise<void>;
}

/** What the surroundings give to the core. Tests pass a manual clock and a worker of their own. */
export interface CoreHost {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly secrets: Secrets;
  spawnEngineWorker(): EngineWorkerHandle;
  /** Free bytes on the disk of a folder; left out: the file system is asked. */
  freeBytes?(folder: string): Promise<number>;
  /** Checks a database file in a thread of its own; left out, checks block. */
  checkDatabase?(file: string): Promise<CheckFinding>;
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
