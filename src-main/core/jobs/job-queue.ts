import { inTransaction } from '#core/base/db/database.ts';
import { waitAtMost } from '#core/base/wait-at-most.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { type Job, isFinished } from '#shared/domain/job.ts';
import { words } from '#shared/words/words.ts';
import type { JobContext, JobDefinition, NewJob } from './job-definition.ts';
import * as jobs from './job-repository.ts';
import { createJobEnds } from './job-ends.ts';
import { createJobContext } from './job-context.ts';
import { indexByKind, type JobQueueParts } from './job-queue-parts.ts';
import type { JobOutcome, RunningJob } from './running-job.ts';
import { stopError, type StopReason } from './stop-reason.ts';

/** How long a command that stops jobs waits for their ends: everybody's commands wait behind it, and a job may be slow to react. */
const STOP_WAIT_MS = 1_000;
/** How long closing waits, so that jobs can keep what they have just finished. */
const CLOSE_WAIT_MS = 5_000;
/** A job that was asked to stop so long ago keeps its lane from all others: it is taken for one that never will. */
const GIVE_UP_MS = 60_000;

export type JobQueue = ReturnType<typeof createJobQueue>;

/** The queue of one project, kept in its database: what was queued or running when the core ended goes on at `start`. */
export function createJobQueue(parts: JobQueueParts) {
  const { db, clock, logger, scope, onChanged, onProgress, giveUpMs = GIVE_UP_MS } = parts;
  const definitions = indexByKind(parts.definitions);
  const definitionsOfLanes = Map.groupBy(parts.definitions, ({ lane }) => lane);
  const running = new Map<JobId, RunningJob>();
  const idleWaiters = new Set<() => void>();
  const ends = createJobEnds({
    ...parts,
    running,
    announce,
    onRoom() {
      if (!isStarted) return;
      onChanged();
      fill();
    },
  });
  let isStarted = false;

  /** Called at start, after each enqueue, and when a job ends or is resumed. */
  function fill(): void {
    if (!isStarted) return;
    for (const [lane, ofLane] of definitionsOfLanes) {
      const inLane = [...running.values()].filter((other) => other.lane === lane).length;
      for (const job of ends.runnable(ofLane, parts.laneWidths[lane] - inLane)) {
        const definition = definitions.get(job.kind);
        if (definition !== undefined) begin(job, definition);
      }
    }
    if (running.size === 0) for (const wake of idleWaiters) wake();
  }

  function begin(job: Job, definition: JobDefinition): void {
    const startedAtMs = clock.nowMs();
    try {
      jobs.markRunning(db, job.id, startedAtMs);
    } catch (error) {
      if (storageTrouble(error) === null) throw error;
      ends.settlePaused(job.id, error);
      announce(job.id);
      return onChanged();
    }
    const entry: RunningJob = {
      job,
      lane: definition.lane,
      controller: new AbortController(),
      stopReason: null,
      isGivenUp: false,
      etaMs: null,
      startedAtMs,
      startedMs: clock.monotonicMs(),
      soFar: null,
      // Deferred by one turn, so that `entry` is in the map before the job can end.
      finished: Promise.resolve().then(() => runToEnd(entry, definition)),
    };
    running.set(job.id, entry);
    return onChanged();
  }

  /** Never rejects: nobody is there to handle it, and what one job meets must not end the studio. */
  async function runToEnd(entry: RunningJob, definition: JobDefinition): Promise<void> {
    const end = await work(entry, definition);
    logger.info(
      { jobId: entry.job.id, kind: entry.job.kind, durationMs: Math.round(clock.monotonicMs() - entry.startedMs) },
      entry.isGivenUp ? 'a job that was given up ended' : 'job ended',
    );
    if (!entry.isGivenUp) leave(entry, end);
  }

  function leave(entry: RunningJob, end: JobOutcome): void {
    try {
      ends.settle(entry, end);
      running.delete(entry.job.id);
      announce(entry.job.id);
      onChanged();
      fill();
    } catch (error) {
      running.delete(entry.job.id);
      logger.error({ jobId: entry.job.id, kind: entry.job.kind, error }, 'the end of a job could not be settled');
    }
  }

  /** It may be at work all the same, and nobody can end it; its place is free for others, and it writes nothing any more. */
  function giveUp(entry: RunningJob): void {
    if (running.get(entry.job.id) !== entry) return;
    entry.isGivenUp = true;
    logger.warn({ jobId: entry.job.id, kind: entry.job.kind }, 'a job did not stop and was given up');
    leave(entry, { error: entry.controller.signal.reason });
  }

  async function work(entry: RunningJob, definition: JobDefinition): Promise<JobOutcome> {
    try {
      // It may have been stopped between its start and this turn.
      entry.controller.signal.throwIfAborted();
      const { params, checkpoint } = jobs.workOf(db, entry.job.id);
      const run = (): Promise<unknown> => definition.run(contextOf(entry, definition, checkpoint), definition.paramsSchema.parse(params));
      return { result: await (scope === undefined ? run() : scope.run(entry, run)) };
    } catch (error) {
      return { error };
    }
  }

  function contextOf(entry: RunningJob, definition: JobDefinition, savedCheckpoint: unknown): JobContext {
    return createJobContext({
      db,
      clock,
      logger,
      definition,
      job: entry.job,
      savedCheckpoint,
      signal: entry.controller.signal,
      isGivenUp: () => entry.isGivenUp,
      soFar: (result) => void (entry.soFar = result),
      onProgress({ fraction, stage, etaMs }) {
        entry.etaMs = etaMs;
        onProgress({ jobId: entry.job.id, state: 'running', fraction, stage, etaMs });
      },
    });
  }

  function announce(jobId: JobId): void {
    const job = ends.current(jobId);
    onProgress({ jobId, state: job.state, fraction: job.fraction, stage: job.stage, etaMs: null });
  }

  function asItIs(job: Job): Job {
    return { ...ends.overlay(job), etaMs: running.get(job.id)?.etaMs ?? null };
  }

  function stop(entry: RunningJob, reason: StopReason): Promise<void> {
    if (entry.stopReason === null) giveUpLater(entry);
    entry.stopReason = reason;
    entry.controller.abort(stopError(reason));
    return entry.finished;
  }

  function giveUpLater(entry: RunningJob): void {
    const timer = setTimeout(() => giveUp(entry), giveUpMs);
    timer.unref();
    void entry.finished.then(() => clearTimeout(timer));
  }

  /** Resolves when these have ended, or a moment later, when they go on ending by themselves. One that is stopping already is not waited for again. */
  async function stopForNow(jobIds: readonly JobId[], reason: StopReason): Promise<void> {
    const ends = jobIds.flatMap((jobId) => {
      const entry = running.get(jobId);
      if (entry === undefined) return [];
      const [isStopping, ended] = [entry.stopReason !== null, stop(entry, reason)];
      return isStopping ? [] : [ended];
    });
    await waitAtMost(STOP_WAIT_MS, Promise.all(ends));
  }

  async function cancel(...jobIds: readonly JobId[]): Promise<void> {
    const waiting = new Set<JobId>();
    const asked = jobIds.filter((jobId) => {
      if (waiting.has(jobId)) return false;
      for (const id of jobs.dependants(db, jobId, 'queued')) waiting.add(id);
      return true;
    });
    const ended = [...waiting, ...asked.filter((id) => !waiting.has(id) && !running.has(id) && !isFinished(ends.current(id).state))];
    ends.cancelAll(ended);
    await stopForNow(asked, 'cancel');
    for (const id of new Set([...ended, ...asked])) announce(id);
    onChanged();
    fill();
  }

  async function pause(jobId: JobId): Promise<void> {
    if (running.has(jobId)) await stopForNow([jobId], 'pause');
    else if (ends.current(jobId).state === 'queued') jobs.setJobState(db, jobId, 'paused');
    announce(jobId);
    onChanged();
  }

  /** All or none. */
  function requeue(...jobIds: readonly JobId[]): void {
    const stopped = [...new Set(jobIds)].filter((jobId) => isStopped(ends.current(jobId)));
    if (stopped.length === 0) return;
    // Those that failed or were cancelled only because one of these was stopped follow it again.
    const followers = stopped.flatMap((jobId) => [...jobs.dependants(db, jobId, 'failed'), ...jobs.dependants(db, jobId, 'cancelled')]);
    const again = new Set([...stopped, ...followers]);
    inTransaction(db, () => {
      for (const id of again) jobs.requeueJob(db, id);
    });
    ends.forget([...again]);
    ends.tryAgain();
    onChanged();
    fill();
  }

  return {
    /** Takes up what an earlier process left behind, then runs. `holds`: of that nothing begins by itself, for the project came from elsewhere. Returns how many jobs wait. */
    start({ holds = false } = {}): number {
      const held = holds ? jobs.pauseUnfinished(db) : 0;
      if (!holds) ends.takeUp();
      isStarted = true;
      fill();
      return held;
    },

    /** All or none. Returns ids in order. */
    enqueue(requests: readonly NewJob[]): JobId[] {
      if (requests.some(({ kind }) => !definitions.has(kind))) throw new AppError('read-only', words('jobs.readOnlyProject'));
      const ids = inTransaction(db, () => {
        const added: JobId[] = [];
        const insert = jobs.jobInserter(db, clock.nowMs());
        for (const request of requests) {
          const afterJobId = typeof request.after === 'number' ? added[request.after] : request.after;
          assert(afterJobId !== undefined, 'a job may only wait for one queued before it');
          added.push(insert({ ...request, afterJobId }));
        }
        return added;
      });
      onChanged();
      fill();
      return ids;
    },

    list: (): Job[] => jobs.listJobs(db).map(asItIs),
    /** For pages, which ask at each change: what runs, what comes next and what ended last. */
    shown: (): Job[] => jobs.listShownJobs(db).map(asItIs),
    briefs: (): jobs.JobBrief[] => jobs.listBriefs(db).map(ends.overlay),

    /** Finds the newest of the wanted jobs that was asked to do the very same. Null: there is none. */
    finderOfSame(same: jobs.SameJob): (job: Pick<NewJob, 'kind' | 'params'>) => Job | null {
      const ofKind = new Map<string, ReadonlyMap<string, JobId>>();
      return ({ kind, params }) => {
        const byParams = ofKind.get(kind) ?? jobs.jobsByParams(db, kind, same);
        ofKind.set(kind, byParams);
        const id = byParams.get(jobs.askedFor(JSON.stringify(params), same.ignoring));
        return id === undefined ? null : ends.current(id);
      };
    },

    /** Jobs that wait, run or came to nothing. */
    undone: (): ReturnType<typeof jobs.undoneJobs> => jobs.undoneJobs(db),
    get: ends.current,
    cancel,
    pause,
    resume: requeue,
    retry: requeue,

    /** Takes finished jobs, and those whose record cannot be read, off the queue; others are cancelled first. */
    remove(...jobIds: readonly JobId[]): void {
      if (jobIds.some((jobId) => !isFinished(ends.current(jobId).state))) throw new AppError('conflict', words('jobs.notFinished'));
      inTransaction(db, () => jobIds.forEach((jobId) => jobs.deleteJob(db, jobId)));
      ends.forget(jobIds);
      onChanged();
    },

    clearFinished(): void {
      jobs.deleteFinishedJobs(db);
      onChanged();
    },

    /** Resolves when nothing runs and nothing can start. */
    idle(): Promise<void> {
      if (running.size === 0 && ends.runnable(parts.definitions, 1).length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          idleWaiters.delete(wake);
          resolve();
        };
        idleWaiters.add(wake);
      });
    },

    /** Stops what runs, keeping its finished units; it goes on at the next start. What does not stop is left behind: everybody's commands wait. */
    async close(): Promise<void> {
      isStarted = false;
      await waitAtMost(CLOSE_WAIT_MS, Promise.all([...running.values()].map((entry) => stop(entry, 'shutdown'))));
      for (const entry of running.values()) giveUp(entry);
      ends.close();
      for (const wake of idleWaiters) wake();
    },
  };
}

/**
 * False for a job that waits or runs anyway.
 * @throws AppError `conflict` for one that is done, which would write anew over what people have changed since; `unsupported`
 */
function isStopped({ kind, state }: Job): boolean {
  if (kind === 'unreadable') throw new AppError('unsupported', words('jobs.recordUnreadable'));
  if (state === 'done') throw new AppError('conflict', words('jobs.isDone'));
  return state !== 'queued' && state !== 'running';
}
