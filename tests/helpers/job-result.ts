import type { Core } from '#core/app/create-core.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job, JobKind } from '#shared/domain/job.ts';

type ResultOf<K extends JobKind> = NonNullable<Extract<Job, { kind: K }>['result']>;

/** What a job of this kind left behind. */
export function resultOf<K extends JobKind>(job: Job | undefined, kind: K): ResultOf<K> {
  if (job?.kind !== kind || job.result === null) throw new Error(`a result of ${kind} expected: ${JSON.stringify(job)}`);
  // The kind says which result it is; TypeScript does not follow that through a type parameter.
  return job.result as unknown as ResultOf<K>;
}

/** What a job was asked to do, which only its row shows. */
export function paramsOf(core: Core, jobId: JobId): Record<string, unknown> {
  const text = core.services.projects.access.session().db.prepare('SELECT params FROM jobs WHERE id = ?').pluck().get(jobId);
  return JSON.parse(String(text)) as Record<string, unknown>;
}
