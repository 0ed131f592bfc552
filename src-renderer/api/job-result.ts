import { z } from 'zod';
import type { Job } from '#shared/domain/job.ts';

/** What the kinds of jobs leave behind that people want to see; every part is optional, each kind has its own. */
const JobResult = z.object({
  files: z.array(z.string()).default([]),
  folder: z.string().nullable().default(null),
  counts: z.record(z.string(), z.number()).default({}),
  problems: z.array(z.object({ where: z.string(), reason: z.string() })).default([]),
  notes: z.array(z.object({ where: z.string(), reason: z.string() })).default([]),
  leftOutCount: z.int().default(0),
});

export interface JobOutcome {
  /** Names below `/export/<jobId>/`. */
  readonly files: readonly string[];
  readonly folder: string | null;
  readonly counts: Readonly<Record<string, number>>;
  /** Items that failed while the rest went on. */
  readonly problems: readonly { readonly where: string; readonly reason: string }[];
  readonly leftOutCount: number;
}

const nothing: JobOutcome = { files: [], folder: null, counts: {}, problems: [], leftOutCount: 0 };

/** Reads a job's result; a shape that is not known here shows nothing rather than something wrong. */
export function outcomeOf(job: Pick<Job, 'result'>): JobOutcome {
  const parsed = JobResult.safeParse(job.result ?? {});
  if (!parsed.success) return nothing;
  const { problems, notes, ...rest } = parsed.data;
  return { ...rest, problems: [...problems, ...notes] };
}
