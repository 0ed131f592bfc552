import { assertNever } from '#shared/assert.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';

export const jobGroupNames = ['running', 'waiting', 'failed', 'done'] as const;
export type JobGroupName = (typeof jobGroupNames)[number];

/** Under which heading of the queue a job stands. */
export function groupOf(job: Pick<Job, 'state'>): JobGroupName {
  switch (job.state) {
    case 'running':
      return 'running';
    case 'queued':
    case 'paused':
      return 'waiting';
    case 'failed':
      return 'failed';
    case 'done':
    case 'cancelled':
      return 'done';
    default:
      return assertNever(job.state);
  }
}

/** True for a job that was not even started because the one before it failed: it needs no attention of its own. */
export function isBlocked(job: Pick<Job, 'state' | 'error'>): boolean {
  return job.state === 'failed' && job.error?.code === 'blocked';
}

export type JobGroups = Readonly<Record<JobGroupName, readonly Job[]>>;

/** Waiting jobs in the order in which they will run, finished ones newest first. */
export function groupJobs(jobs: readonly Job[]): JobGroups {
  const groups: Record<JobGroupName, Job[]> = { running: [], waiting: [], failed: [], done: [] };
  for (const job of jobs) groups[groupOf(job)].push(job);
  const byCreation = (a: Job, b: Job): number => a.createdAtMs - b.createdAtMs;
  const byEnd = (a: Job, b: Job): number => (b.finishedAtMs ?? b.createdAtMs) - (a.finishedAtMs ?? a.createdAtMs);
  return {
    running: groups.running.toSorted(byCreation),
    waiting: groups.waiting.toSorted(byCreation),
    failed: groups.failed.toSorted(byEnd),
    done: groups.done.toSorted(byEnd),
  };
}

export interface QueueSummary {
  /** Running and waiting; paused ones are not counted, they wait for a person. */
  readonly activeCount: number;
  readonly pausedCount: number;
  /** Without those that only wait for a failed one. */
  readonly failedCount: number;
  /** Mean over everything active, 0..1; 0 when nothing is. */
  readonly fraction: number;
  readonly running: Job | null;
}

export function summariseQueue(jobs: readonly Job[]): QueueSummary {
  const active = jobs.filter(({ state }) => state === 'running' || state === 'queued');
  const total = active.reduce((sum, job) => sum + job.fraction, 0);
  return {
    activeCount: active.length,
    pausedCount: jobs.filter(({ state }) => state === 'paused').length,
    failedCount: jobs.filter((job) => job.state === 'failed' && !isBlocked(job)).length,
    fraction: active.length === 0 ? 0 : total / active.length,
    running: active.find(({ state }) => state === 'running') ?? null,
  };
}

/** What works or waits for each video: the running job, else the first waiting one. */
export function activeJobByVideo(jobs: readonly Job[]): ReadonlyMap<VideoId, Job> {
  const byVideo = new Map<VideoId, Job>();
  for (const job of jobs) {
    if (job.videoId === null || (job.state !== 'running' && job.state !== 'queued')) continue;
    const known = byVideo.get(job.videoId);
    if (known === undefined || (known.state !== 'running' && job.state === 'running')) byVideo.set(job.videoId, job);
  }
  return byVideo;
}
