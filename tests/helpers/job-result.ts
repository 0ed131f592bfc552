import type { Job, JobKind } from '#shared/domain/job.ts';

type JobOf<K extends JobKind> = Extract<Job, { kind: K }>;

function isOf<K extends JobKind>(job: Job | undefined, kind: K): job is JobOf<K> {
  return job?.kind === kind;
}

/** What a job of this kind left behind. */
export function resultOf<K extends JobKind>(job: Job | undefined, kind: K): NonNullable<JobOf<K>['result']> {
  const result = isOf(job, kind) ? job.result : null;
  if (result === null) throw new Error(`a result of ${kind} expected: ${JSON.stringify(job)}`);
  return result;
}
