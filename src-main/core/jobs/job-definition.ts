import type { z } from 'zod';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import type { Words } from '#shared/words/words.ts';
import type { Stage } from './progress-meter.ts';

/** Lanes run side by side; within a lane as many jobs as it is wide. `exchange` is for data sets, which nobody wants to wait for behind the pictures of a thousand videos. */
export type Lane = 'inference' | 'ffmpeg' | 'exchange';

export interface JobContext<Result = unknown> {
  readonly jobId: JobId;
  readonly actor: string;
  /** Aborted on cancel, pause and shutdown alike: stop soon and keep what is finished. */
  readonly signal: AbortSignal;
  /** What the last `checkpoint` call of this job saved, also before a crash; null at the first run. */
  readonly savedCheckpoint: unknown;
  progress(stage: string, fraction: number): void;
  /** Durable at return. Small values only: bulky results belong in tables or files. */
  checkpoint(value: unknown): void;
  /** What was made until now, for people: it stays as the job's result when it is cancelled or fails. */
  soFar(result: Result): void;
}

/**
 * A kind of job, one room in `core/steps/`. Work is done in idempotent units, written as they are finished; a run that finds units
 * done skips them. Throws AppError for what a person can act on.
 */
export interface JobDefinition<Params extends z.ZodType = z.ZodType, Result = unknown, Kind extends string = string> {
  readonly kind: Kind;
  readonly lane: Lane;
  readonly paramsSchema: Params;
  readonly stages: readonly Stage[];
  run(context: JobContext<Result>, params: z.output<Params>): Promise<Result>;
}

export interface NewJob {
  readonly kind: string;
  readonly title: Words;
  readonly actor: string;
  readonly videoId: VideoId | null;
  readonly params: Record<string, unknown>;
  /** The job that must be done first: its id, or its place among the jobs queued in the same call. */
  readonly after: JobId | number | null;
}
