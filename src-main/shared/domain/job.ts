import { Words } from '../words/words.ts';
import { z } from 'zod';
import type { Step } from '../steps/define-step.ts';
import { findStep } from '../steps/from-steps.ts';
import { steps } from '../steps/steps.ts';
import { Refusal } from '../contract/errors.ts';
import { JobId, VideoId } from './ids.ts';

export const JobState = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

/** As a `Refusal`; a record of another version may have a code that is not known here. */
export const JobError = Refusal.extend({ code: z.string() });
export type JobError = z.infer<typeof JobError>;

/** What every job has, whatever it does. What it was asked to do is the queue's alone: it may name every shot of a video, and lists go to every page at each change. */
const JobFacts = z.object({
  id: JobId,
  /** For people: "Find shots in holiday.mp4". */
  title: Words,
  /** Who asked for it. */
  actor: z.string(),
  videoId: VideoId.nullable(),
  state: JobState,
  /** Runs only when this job is done; fails with it. */
  afterJobId: JobId.nullable(),
  /** Whole job, 0..1. */
  fraction: z.number().min(0).max(1),
  stage: z.string().nullable(),
  etaMs: z.number().nonnegative().nullable(),
  attempts: z.int().nonnegative(),
  error: JobError.nullable(),
  createdAtMs: z.int(),
  startedAtMs: z.int().nullable(),
  finishedAtMs: z.int().nullable(),
});
type JobFacts = z.infer<typeof JobFacts>;

/** A job whose record is damaged, or of a kind that this studio does not know; it never runs and can be removed. */
const UnreadableJob = JobFacts.extend({ kind: z.literal('unreadable'), result: z.null() });
export type UnreadableJob = z.infer<typeof UnreadableJob>;

type JobOf<S extends Step> = S extends Step ? JobFacts & { kind: S['id']; result: z.output<S['result']> | null } : never;

/** A piece of work in the queue: of each step with that step's result, which is what it made (null: nothing yet, or nothing to report). */
export type Job = JobOf<(typeof steps)[number]> | UnreadableJob;
export type JobKind = Job['kind'];

function jobSchema(step: Step) {
  return JobFacts.extend({ kind: z.literal(step.id), result: step.result.nullable() });
}

// Made from a list, so the type checker sees one kind of job; the type above says which result belongs to which.
export const Job = z.discriminatedUnion('kind', [UnreadableJob, ...steps.map(jobSchema)]) as unknown as z.ZodType<Job>;

/** What a job of this kind left behind; null for what an earlier version of the studio wrote in another shape. */
export function readJobResult(kind: string, stored: unknown): unknown {
  return findStep(kind)?.result.safeParse(stored).data ?? null;
}

/** Pages are given so many of the jobs that wait: every page lists the queue anew at each change of it. */
export const MAX_WAITING_SHOWN = 10_000;

export function isFinished(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
