import type { CoreHost } from '#core/base/host.ts';
import type { Wire } from '#shared/contract/wire.ts';
import type { Words } from '#shared/words/words.ts';
import type { LimitedPart } from './watched-parts.ts';
import type { WorkerMessage, WorkerRequest } from './worker-contract.ts';

/** How a worker died that nobody ended. */
export interface WorkerFailure {
  /** For people, e.g. `ended by SIGSEGV`; a string is what the system said. */
  readonly reason: Words | string;
  /** The end of what it printed, for the log. */
  readonly output: string;
  /** The part of a model's folder for which it was ended, because that part took longer than it may; null for any other death. */
  readonly overLimit: LimitedPart | null;
}

/** A running engine worker; `terminate` ends it at once, whatever it is doing. */
export interface EngineWorkerHandle {
  readonly wire: Wire<WorkerRequest, WorkerMessage>;
  /** Once the wire is closed: what the worker died of; null when it was asked to end. */
  failure(): WorkerFailure | null;
  terminate(): Promise<void>;
}

/** The surroundings of a core with engines. */
export interface StudioHost extends CoreHost {
  spawnEngineWorker(): EngineWorkerHandle;
}
