import { inTransaction, sqliteCode, type WritableDb } from '#core/db/database.ts';
import type { Clock, Logger } from '#core/host.ts';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Events } from '#shared/contract/events.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { type Job, isFinished, type JobKind } from '#shared/domain/job.ts';
import type { JobContext, JobDefinition, Lane, NewJob } from './job-definition.ts';
import * as jobs from './job-repository.ts';
import { createProgressMeter } from './progress-meter.ts';

/** A job that was running each time the core ended is taken for the cause after this many times. */
const MAX_CRASHES = 3;
/** Progress goes to the database at most this often; events have their own rhythm. */
const SAVE_PROGRESS_MS = 1_000;

type StopReason = 'cancel' | 'pause' | 'shutdown';

interface RunningJob {
  readonly job: Job;
  readonly lane: Lane;
  readonly controller: AbortController;
  readonly finished: Promise<void>;
  stopReason: StopReason | null;
  etaMs: number | null;
  /** What the job says that it made, should it not come to its end. */
  soFar: Record<string, unknown> | null;
}

export interface JobQueueParts {
  readonly db: WritableDb;
  readonly definitions: readonly JobDefinition[];
  readonly laneWidths: Readonly<Record<Lane, number>>;
  readonly clock: Clock;
  readonly logger: Logger;
  onChanged(): void;
  onProgress(progress: Events['jobProgress']): void;
}

export type JobQueue = ReturnType<typeof createJobQueue>;

/** The queue of one project, kept in its database: what was queued or running when the core ended goes on at `start`. */
export function createJobQueue(parts: JobQueueParts) {
  const { db, clock, logger, onChanged, onProgress } = parts;
  const definitions = indexByKind(parts.definitions);
  const running = new Map<JobId, RunningJob>();
  const idleWaiters = new Set<() => void>();
  let isStarted = false;

  /** Called at start, after each enqueue, and when a job ends or is resumed. */
  function fill(): void {
    if (!isStarted) return;
    for (const job of jobs.runnableJobs(db)) {
      const definition = definitions.get(job.kind);
      if (definition === undefined || running.has(job.id)) continue;
      const inLane = [...running.values()].filter((other) => other.lane === definition.lane).length;
      if (inLane < parts.laneWidths[definition.lane]) begin(job, definition);
    }
    if (running.size === 0) for (const wake of idleWaiters) wake();
  }

  function begin(job: Job, definition: JobDefinition): void {
    jobs.markRunning(db, job.id, clock.nowMs());
    const entry: RunningJob = {
      job,
      lane: definition.lane,
      controller: new AbortController(),
      stopReason: null,
      etaMs: null,
      soFar: null,
      // Deferred by one turn, so that `entry` is in the map before the job can end.
      finished: Promise.resolve().then(() => runToEnd(entry, definition)),
    };
    running.set(job.id, entry);
    onChanged();
  }

  async function runToEnd(entry: RunningJob, definition: JobDefinition): Promise<void> {
    const startedMs = clock.nowMs();
    try {
      // It may have been stopped between its start and this turn.
      entry.controller.signal.throwIfAborted();
      const params: unknown = definition.paramsSchema.parse(entry.job.params);
      const result = await definition.run(contextOf(entry, definition), params);
      if (entry.stopReason === null) jobs.finishJob(db, entry.job.id, { state: 'done', error: null, result }, clock.nowMs());
      else settleStopped(entry);
    } catch (error) {
      if (entry.stopReason !== null) settleStopped(entry);
      else settleFailed(entry, error);
    }
    logger.info({ jobId: entry.job.id, kind: entry.job.kind, durationMs: clock.nowMs() - startedMs }, 'job ended');
    running.delete(entry.job.id);
    announce(entry.job.id);
    onChanged();
    fill();
  }

  function settleStopped(entry: RunningJob): void {
    if (entry.stopReason === 'cancel') jobs.finishJob(db, entry.job.id, { state: 'cancelled', error: null, result: entry.soFar }, clock.nowMs());
    else jobs.setJobState(db, entry.job.id, entry.stopReason === 'pause' ? 'paused' : 'queued');
  }

  function settleFailed(entry: RunningJob, error: unknown): void {
    logger.error({ jobId: entry.job.id, kind: entry.job.kind, error }, 'job failed');
    failWithDependants(entry.job.id, describeFailure(error), entry.soFar);
  }

  function failWithDependants(jobId: JobId, error: { code: string; message: string }, result: Record<string, unknown> | null = null): void {
    const nowMs = clock.nowMs();
    jobs.finishJob(db, jobId, { state: 'failed', error, result }, nowMs);
    const title = jobs.getJob(db, jobId).job.title;
    for (const id of jobs.dependants(db, jobId, 'queued')) {
      const message = `Not started, because "${title}" failed. Retry that one; this one follows by itself.`;
      jobs.finishJob(db, id, { state: 'failed', error: { code: 'blocked', message }, result: null }, nowMs);
      announce(id);
    }
  }

  function contextOf(entry: RunningJob, definition: JobDefinition): JobContext {
    const { job, controller } = entry;
    const stored = jobs.getJob(db, job.id);
    const meter = createProgressMeter(definition.stages, clock.nowMs());
    let savedAtMs = Number.NEGATIVE_INFINITY;
    return {
      jobId: job.id,
      actor: stored.actor,
      signal: controller.signal,
      savedCheckpoint: stored.checkpoint,
      checkpoint: (value) => jobs.saveCheckpoint(db, job.id, value),
      soFar: (result) => void (entry.soFar = result),
      progress(stage, stageFraction) {
        const nowMs = clock.nowMs();
        const { fraction, etaMs } = meter.update(stage, stageFraction, nowMs);
        entry.etaMs = etaMs;
        if (nowMs - savedAtMs >= SAVE_PROGRESS_MS) {
          savedAtMs = nowMs;
          jobs.saveProgress(db, job.id, fraction, stage);
        }
        onProgress({ jobId: job.id, state: 'running', fraction, stage, etaMs });
      },
    };
  }

  function announce(jobId: JobId): void {
    const { job } = jobs.getJob(db, jobId);
    onProgress({ jobId, state: job.state, fraction: job.fraction, stage: job.stage, etaMs: null });
  }

  function stop(entry: RunningJob, reason: StopReason): Promise<void> {
    entry.stopReason = reason;
    entry.controller.abort(new AppError('cancelled', `The job was stopped (${reason})`));
    return entry.finished;
  }

  async function cancel(jobId: JobId): Promise<void> {
    const entry = running.get(jobId);
    const waiting = jobs.dependants(db, jobId, 'queued');
    for (const id of waiting) jobs.finishJob(db, id, { state: 'cancelled', error: null, result: null }, clock.nowMs());
    if (entry !== undefined) await stop(entry, 'cancel');
    else if (!isFinished(jobs.getJob(db, jobId).job.state))
      jobs.finishJob(db, jobId, { state: 'cancelled', error: null, result: null }, clock.nowMs());
    for (const id of [...waiting, jobId]) announce(id);
    onChanged();
    fill();
  }

  async function pause(jobId: JobId): Promise<void> {
    const entry = running.get(jobId);
    if (entry !== undefined) await stop(entry, 'pause');
    else if (jobs.getJob(db, jobId).job.state === 'queued') jobs.setJobState(db, jobId, 'paused');
    announce(jobId);
    onChanged();
  }

  function requeue(jobId: JobId): void {
    const { state } = jobs.getJob(db, jobId).job;
    if (state === 'queued' || state === 'running') return;
    // Those that failed or were cancelled only because this one was stopped follow it again.
    const followers = [...jobs.dependants(db, jobId, 'failed'), ...jobs.dependants(db, jobId, 'cancelled')];
    inTransaction(db, () => {
      for (const id of [jobId, ...followers]) jobs.requeueJob(db, id);
    });
    onChanged();
    fill();
  }

  return {
    /** Takes up what an earlier process left behind, then runs. */
    start(): void {
      for (const job of jobs.interruptedJobs(db)) {
        if (job.attempts < MAX_CRASHES) jobs.setJobState(db, job.id, 'queued');
        else
          failWithDependants(job.id, {
            code: 'internal',
            message: `The studio stopped unexpectedly ${job.attempts} times during this job, so it was set aside. Finished parts are kept. Retry it, or look at the log.`,
          });
      }
      isStarted = true;
      fill();
    },

    /** All or none. Returns ids in order. */
    enqueue(requests: readonly NewJob[]): JobId[] {
      const ids = inTransaction(db, () => {
        const added: JobId[] = [];
        for (const request of requests) {
          const afterJobId = typeof request.after === 'number' ? added[request.after] : request.after;
          assert(afterJobId !== undefined, 'a job may only wait for one queued before it');
          added.push(jobs.insertJob(db, { ...request, afterJobId }, clock.nowMs()));
        }
        return added;
      });
      onChanged();
      fill();
      return ids;
    },

    list(): Job[] {
      return jobs.listJobs(db).map((job) => ({ ...job, etaMs: running.get(job.id)?.etaMs ?? null }));
    },

    get: (jobId: JobId): Job => jobs.getJob(db, jobId).job,
    cancel,
    pause,
    resume: requeue,
    retry: requeue,

    clearFinished(): void {
      jobs.deleteFinishedJobs(db);
      onChanged();
    },

    /** Resolves when nothing runs and nothing can start. */
    idle(): Promise<void> {
      if (running.size === 0 && jobs.runnableJobs(db).length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          idleWaiters.delete(wake);
          resolve();
        };
        idleWaiters.add(wake);
      });
    },

    /** Stops what runs, keeping its finished units; it goes on at the next start. */
    async close(): Promise<void> {
      isStarted = false;
      await Promise.all([...running.values()].map((entry) => stop(entry, 'shutdown')));
      for (const wake of idleWaiters) wake();
    },
  };
}

function indexByKind(definitions: readonly JobDefinition[]): ReadonlyMap<JobKind, JobDefinition> {
  const byKind = new Map<JobKind, JobDefinition>();
  for (const definition of definitions) {
    if (byKind.has(definition.kind)) throw new Error(`Two job definitions are named ${definition.kind}`);
    byKind.set(definition.kind, definition);
  }
  return byKind;
}

function describeFailure(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  if (sqliteCode(error) === 'SQLITE_FULL' || (error instanceof Error && 'code' in error && error.code === 'ENOSPC'))
    return { code: 'disk-full', message: 'The disk is full. Finished parts are kept. Free some space and retry the job.' };
  return { code: 'internal', message: 'Something unexpected went wrong. Finished parts are kept; the log has the details. Retry the job.' };
}
