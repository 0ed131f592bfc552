import { z } from 'zod';
import { JobId, VideoId } from './ids.ts';

/** `unreadable`: a job whose record is damaged, or of a kind that this studio does not know; it never runs and can be removed. */
export const JobKind = z.enum(['import', 'thumbnails', 'waveform', 'detect', 'read-text', 'transcribe', 'caption', 'summarise', 'export', 'clips', 'import-dataset', 'unreadable']);
export type JobKind = z.infer<typeof JobKind>;

export const JobState = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

export const JobError = z.object({ code: z.string(), message: z.string() });
export type JobError = z.infer<typeof JobError>;

export const Job = z.object({
  id: JobId,
  kind: JobKind,
  /** For people: "Find shots in holiday.mp4". */
  title: z.string(),
  /** Who asked for it. */
  actor: z.string(),
  videoId: VideoId.nullable(),
  params: z.record(z.string(), z.unknown()),
  state: JobState,
  /** Runs only when this job is done; fails with it. */
  afterJobId: JobId.nullable(),
  /** Whole job, 0..1. */
  fraction: z.number().min(0).max(1),
  stage: z.string().nullable(),
  etaMs: z.number().nonnegative().nullable(),
  attempts: z.int().nonnegative(),
  error: JobError.nullable(),
  /** What the job made, e.g. counts; shape is the kind's own. */
  result: z.record(z.string(), z.unknown()).nullable(),
  createdAtMs: z.int(),
  startedAtMs: z.int().nullable(),
  finishedAtMs: z.int().nullable(),
});
export type Job = z.infer<typeof Job>;

export function isFinished(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
