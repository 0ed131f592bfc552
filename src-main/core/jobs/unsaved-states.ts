import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import type { Logger } from '#core/base/host.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job, JobError, JobState } from '#shared/domain/job.ts';

/** What a job has come to. */
export interface ReachedState {
  readonly state: JobState;
  readonly error: JobError | null;
}

interface Unsaved {
  readonly reached: ReachedState;
  write(): void;
}

/**
 * States of jobs that could not be written because the disk is full or the project may only be read. They hold in memory, in the
 * place of what the database says, and are written as soon as that works again.
 */
export function createUnsavedStates(logger: Logger) {
  const unsaved = new Map<JobId, Unsaved>();

  return {
    /** Writes what a job has come to, now or when it becomes possible. Never throws for want of room. */
    settle(jobId: JobId, reached: ReachedState, write: () => void): void {
      try {
        write();
        unsaved.delete(jobId);
      } catch (error) {
        const trouble = storageTrouble(error);
        if (trouble === null) throw error;
        logger.warn({ jobId, state: reached.state, trouble }, 'the state of a job could not be written; it is kept in memory');
        unsaved.set(jobId, { reached, write });
      }
    },

    has: (jobId: JobId): boolean => unsaved.has(jobId),
    forget: (jobId: JobId): void => void unsaved.delete(jobId),
    overlay: <J extends Pick<Job, 'id' | 'state'>>(job: J): J => ({ ...job, ...unsaved.get(job.id)?.reached }),

    /** Tries again to write what is kept. True when nothing is left. */
    flush(): boolean {
      for (const [jobId, { write }] of unsaved) {
        try {
          write();
          unsaved.delete(jobId);
        } catch (error) {
          if (storageTrouble(error) === null) throw error;
          return false;
        }
      }
      return true;
    },
  };
}
