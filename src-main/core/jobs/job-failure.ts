import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Job, JobError } from '#shared/domain/job.ts';
import { inEnglish, type Words, words } from '#shared/words/words.ts';

/** Why a job ended, in words for people; what only the log should know stays out. */
export function describeFailure(error: unknown): JobError {
  if (error instanceof AppError) return error.refusal;
  switch (storageTrouble(error)) {
    case 'full':
      return jobError('disk-full', words('jobs.diskFull'));
    case 'read-only':
      return jobError('read-only', words('jobs.readOnly'));
    case 'damaged':
      return jobError('damaged', words('jobs.damaged'));
    case null:
      return jobError('internal', words('jobs.failed'));
  }
}

export function jobError(code: string, said: Words): JobError {
  return { code, message: inEnglish(said), words: said };
}

/** True for a job that goes on by itself once there is room. */
export function isStoppedByFullDisk({ state, error }: Job): boolean {
  return state === 'paused' && error?.code === 'disk-full';
}
