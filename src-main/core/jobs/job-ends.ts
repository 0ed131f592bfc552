import { inTransaction } from '#core/base/db/database.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { words } from '#shared/words/words.ts';
import { finishAndTrim } from './finished-jobs.ts';
import { describeFailure, isStoppedByFullDisk, jobError } from './job-failure.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobQueueParts } from './job-queue-parts.ts';
import * as jobs from './job-repository.ts';
import { createRoomWatch } from '#core/base/files/room-watch.ts';
import { endAtMs, type JobOutcome, type RunningJob } from './running-job.ts';
import { NotWantedError } from './stop-reason.ts';
import { createUnsavedStates } from './unsaved-states.ts';

/** A job that was running each time the core ended is taken for the cause after this many times. */
const MAX_CRASHES = 3;

export interface JobEndsOptions extends JobQueueParts {
  readonly running: ReadonlyMap<JobId, RunningJob>;
  /** A job has another state now. */
  announce(jobId: JobId): void;
  /** Jobs that a full disk had stopped may run again. */
  onRoom(): void;
}

/** How jobs come to their ends, and what of that could not be written down yet because the disk is full. */
export function createJobEnds({ db, clock, logger, running, announce, onRoom, ...parts }: JobEndsOptions) {
  const unsaved = createUnsavedStates(logger);
  const room = createRoomWatch({
    freeBytes: parts.freeBytes ?? (() => Promise.resolve(0)),
    onRoom: resumeFull,
    ...(parts.roomLookMs !== undefined && { lookMs: parts.roomLookMs }),
  });
  /** While the project's own disk is full nothing new is begun: it could not even be written down. */
  let isFull = false;

  function settle({ job, stopReason, soFar }: RunningJob, end: JobOutcome): void {
    // It may have come to its end before it noticed.
    const result = 'result' in end ? end.result : soFar;
    if (stopReason === 'cancel') return finish(job.id, { state: 'cancelled', error: null, result });
    if (stopReason !== null) {
      const back = { state: stopReason === 'pause' ? ('paused' as const) : ('queued' as const), error: null };
      return unsaved.settle(job.id, back, () => jobs.putBack(db, job.id, back));
    }
    if ('result' in end) return finish(job.id, { state: 'done', error: null, result });
    if (end.error instanceof NotWantedError)
      return endWithDependants(job.id, { state: 'cancelled', error: describeFailure(end.error), result: soFar });
    logger.error({ jobId: job.id, kind: job.kind, error: end.error }, 'job failed');
    return storageTrouble(end.error) === null
      ? endWithDependants(job.id, { state: 'failed', error: describeFailure(end.error), result: soFar })
      : settlePaused(job.id, end.error);
  }

  function finish(jobId: JobId, end: jobs.JobEnd): void {
    const atMs = endAtMs(running.get(jobId), clock);
    unsaved.settle(jobId, { state: end.state, error: end.error }, () => finishAndTrim(db, jobId, end, atMs));
  }

  /** As one write: a chain may be thousands long, and each write of its own waits for the disk. */
  function finishAll(jobIds: readonly JobId[], end: jobs.JobEnd): void {
    try {
      inTransaction(db, () => jobIds.forEach((id) => jobs.finishJob(db, id, end, endAtMs(running.get(id), clock))));
      forget(jobIds);
    } catch (error) {
      if (storageTrouble(error) === null) throw error;
      for (const id of jobIds) finish(id, end);
    }
  }

  /** A full disk is no fault of the job: it waits for room, and everything after it waits with it. */
  function settlePaused(jobId: JobId, cause: unknown): void {
    const paused = { state: 'paused' as const, error: describeFailure(cause) };
    unsaved.settle(jobId, paused, () => jobs.putBack(db, jobId, paused));
    if (storageTrouble(cause) === 'damaged') parts.onDamage?.(String(cause));
    if (storageTrouble(cause) !== 'full') return;
    // Our own words for it may concern another disk, e.g. that of an export.
    isFull ||= !(cause instanceof AppError);
    room.start();
    parts.onDiskFull?.();
  }

  function resumeFull(): void {
    if (!unsaved.flush()) return room.start();
    isFull = false;
    const waiting = jobs.pausedJobs(db).filter(isStoppedByFullDisk);
    try {
      for (const job of waiting) jobs.requeueJob(db, job.id);
    } catch (error) {
      if (storageTrouble(error) === null) throw error;
      // The room was gone again before the first of them could be put back.
      room.start();
    }
    onRoom();
  }

  function endWithDependants(jobId: JobId, end: jobs.JobEnd): void {
    finish(jobId, end);
    const { title } = jobs.getJob(db, jobId);
    const waiting = jobs.dependants(db, jobId, 'queued');
    finishAll(waiting, { state: 'failed', error: jobError('blocked', words('jobs.blocked', { title })), result: null });
    for (const id of waiting) announce(id);
  }

  function forget(jobIds: readonly JobId[]): void {
    for (const id of jobIds) unsaved.forget(id);
  }

  return {
    settle,
    settlePaused,
    cancelAll: (jobIds: readonly JobId[]): void => finishAll(jobIds, { state: 'cancelled', error: null, result: null }),
    forget,

    /** What was running when an earlier process ended, and what a full disk had stopped. */
    takeUp(): void {
      for (const job of jobs.interruptedJobs(db)) {
        if (job.attempts < MAX_CRASHES)
          unsaved.settle(job.id, { state: 'queued', error: null }, () => jobs.setJobState(db, job.id, 'queued'));
        else {
          const error = jobError('internal', words('jobs.crashed', { attempts: job.attempts }));
          endWithDependants(job.id, { state: 'failed', error, result: null });
        }
      }
      // There may be room by now; where there is none, they are paused again.
      for (const job of jobs.pausedJobs(db).filter(isStoppedByFullDisk))
        unsaved.settle(job.id, { state: 'paused', error: job.error }, () => jobs.requeueJob(db, job.id));
      if (!unsaved.flush()) room.start();
    },

    /** The job as it is, also where that could not be written down. */
    overlay: unsaved.overlay,
    current: (jobId: JobId): Job => unsaved.overlay(jobs.getJob(db, jobId)),

    /** What of these kinds may begin, so many at most, in the order in which they are to. */
    runnable(kinds: readonly Pick<JobDefinition, 'kind'>[], most: number): Job[] {
      if (isFull || most <= 0) return [];
      const mayBegin = ({ id }: Job): boolean => !unsaved.has(id) && !running.has(id);
      return jobs.firstRunnable(
        db,
        kinds.map(({ kind }) => kind),
        { most, mayBegin },
      );
    },

    /** Somebody wants to try again: perhaps there is room by now. */
    tryAgain: (): void => void (isFull = false),

    close(): void {
      room.stop();
      unsaved.flush();
    },
  };
}
