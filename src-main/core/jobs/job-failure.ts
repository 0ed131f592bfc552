import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Job, JobError } from '#shared/domain/job.ts';

/** Somebody reads it, beside others; programs and servers may have said much more. */
const MAX_MESSAGE_LENGTH = 4_000;

/** Why a job ended, in words for people; what only the log should know stays out. */
export function describeFailure(error: unknown): JobError {
  if (error instanceof AppError) return { code: error.code, message: error.message.slice(0, MAX_MESSAGE_LENGTH) };
  switch (storageTrouble(error)) {
    case 'full':
      return {
        code: 'disk-full',
        message:
          'The disk is full. Finished parts are kept. Free up space: the job continues automatically soon after, or at once with "Resume".',
      };
    case 'read-only':
      return { code: 'read-only', message: 'The project is read-only now, so nothing more can be saved. Finished parts are kept.' };
    case 'damaged':
      return {
        code: 'damaged',
        message: 'The project file is damaged, so nothing more can be saved. Restore a backup, then resume the job.',
      };
    case null:
      return {
        code: 'internal',
        message: 'Something went wrong unexpectedly. Finished parts are kept; the log has the details. Retry the job.',
      };
  }
}

/** True for a job that goes on by itself once there is room. */
export function isStoppedByFullDisk({ state, error }: Job): boolean {
  return state === 'paused' && error?.code === 'disk-full';
}
