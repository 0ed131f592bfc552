import type { Job } from '#shared/domain/job.ts';
import type { StepOutcome } from '#shared/steps/define-step.ts';
import { findStep } from '#shared/steps/from-steps.ts';

export type JobOutcome = Required<StepOutcome>;

const nothing: JobOutcome = { files: [], archive: null, folder: null, counts: {}, problems: [], leftOutCount: 0 };

/** What a job made, as its step shows it; nothing where it left no result. */
export function outcomeOf({ kind, result }: Pick<Job, 'kind' | 'result'>): JobOutcome {
  return { ...nothing, ...(result === null ? {} : findStep(kind)?.outcome(result)) };
}

/** The files that are offered; where nobody can open the folder and there is an archive of it, just that. */
export function offeredFiles({ files, archive }: JobOutcome, canOpenLocalFiles: boolean): readonly string[] {
  return archive === null || canOpenLocalFiles ? files : [archive];
}
