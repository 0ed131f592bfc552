import type { Clock } from '#core/base/host.ts';
import type { Job } from '#shared/domain/job.ts';
import type { Lane } from './job-definition.ts';
import type { StopReason } from './stop-reason.ts';

export type JobOutcome = { readonly result: unknown } | { readonly error: unknown };

/** A job of the queue while it runs. */
export interface RunningJob {
  readonly job: Job;
  readonly lane: Lane;
  readonly controller: AbortController;
  readonly finished: Promise<void>;
  stopReason: StopReason | null;
  /** It was asked to stop, and did not: it has its end in the queue, and whatever it still does counts for nothing. */
  isGivenUp: boolean;
  etaMs: number | null;
  /** By the wall clock, for people. */
  readonly startedAtMs: number;
  /** By the clock that is never set back. */
  readonly startedMs: number;
  /** What the job says that it made, should it not come to its end. */
  soFar: unknown;
}

/** What a person reads as the end: the beginning and how long it ran, so that a clock set meanwhile gives no false duration. */
export function endAtMs(entry: RunningJob | undefined, clock: Clock): number {
  return entry === undefined ? clock.nowMs() : Math.round(entry.startedAtMs + clock.monotonicMs() - entry.startedMs);
}
