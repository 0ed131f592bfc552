import { placeRefused, storageTrouble } from '#core/base/db/storage-trouble.ts';
import { AppError, type Refusal } from '#shared/contract/errors.ts';
import type { Job, JobError } from '#shared/domain/job.ts';
import { inEnglish, plain, words, type Words } from '#shared/words/words.ts';

/** Somebody reads it, beside others; programs and servers may have said much more. */
const MAX_MESSAGE_LENGTH = 4_000;

/** Why a job ended, in words for people; what only the log should know stays out. */
export function describeFailure(error: unknown): JobError {
  if (error instanceof AppError) return bounded(error.refusal);
  switch (storageTrouble(error)) {
    case 'full':
      return jobError('disk-full', words('jobs.diskFull'));
    case 'read-only':
      return jobError('read-only', words('jobs.readOnly'));
    case 'damaged':
      return jobError('damaged', words('jobs.damaged'));
    case null:
      return bounded((placeRefused(error) ?? new AppError('internal', words('jobs.failed'))).refusal);
  }
}

/** Messages go to every client with each list of jobs. */
function bounded(refusal: Refusal): JobError {
  return refusal.message.length <= MAX_MESSAGE_LENGTH
    ? refusal
    : jobError(refusal.code, plain(refusal.message.slice(0, MAX_MESSAGE_LENGTH)));
}

export function jobError(code: string, said: Words): JobError {
  return { code, message: inEnglish(said), words: said };
}

/** True for a job that goes on by itself once there is room. */
export function isStoppedByFullDisk({ state, error }: Job): boolean {
  return state === 'paused' && error?.code === 'disk-full';
}
