import type { WritableDb } from '#core/base/db/database.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import type { Clock, Logger } from '#core/base/host.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Job } from '#shared/domain/job.ts';
import { words } from '#shared/words/words.ts';
import type { JobContext, JobDefinition } from './job-definition.ts';
import * as jobs from './job-repository.ts';
import { createProgressMeter, type Progress } from './progress-meter.ts';

/** Progress goes to the database at most this often; events have their own rhythm. */
const SAVE_PROGRESS_MS = 1_000;

export interface JobContextParts {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly definition: JobDefinition;
  readonly job: Job;
  readonly savedCheckpoint: unknown;
  readonly signal: AbortSignal;
  isGivenUp(): boolean;
  soFar(result: unknown): void;
  onProgress(progress: Progress): void;
}

/** What a running job is given by the queue. */
export function createJobContext(parts: JobContextParts): JobContext {
  const { db, clock, logger, definition, job, savedCheckpoint, signal, isGivenUp, soFar, onProgress } = parts;
  const { id: jobId, actor } = job;
  const meter = createProgressMeter(definition.stages, clock.monotonicMs());
  let savedAtMs = Number.NEGATIVE_INFINITY;

  /** Only for the next start to show: what cannot be written is written later, or not at all. */
  function save({ fraction, stage }: Progress): void {
    try {
      jobs.saveProgress(db, jobId, fraction, stage);
    } catch (error) {
      if (storageTrouble(error) === null) throw error;
      logger.warn({ jobId, error }, 'the progress of a job could not be written');
    }
  }

  return {
    jobId,
    actor,
    signal,
    savedCheckpoint,
    checkpoint(value) {
      if (isGivenUp()) throw new AppError('cancelled', words('jobs.givenUp'));
      jobs.saveCheckpoint(db, jobId, value);
    },
    soFar,
    progress(stage, stageFraction) {
      if (isGivenUp()) return;
      const atMs = clock.monotonicMs();
      const progress = meter.update(stage, stageFraction, atMs);
      if (atMs - savedAtMs >= SAVE_PROGRESS_MS) {
        savedAtMs = atMs;
        save(progress);
      }
      onProgress(progress);
    },
  };
}
