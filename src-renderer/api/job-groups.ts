import type { ModelDownload } from '#shared/contract/views.ts';
import { assertNever } from '#shared/assert.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { isFinished, type Job, type JobKind, MAX_WAITING_SHOWN } from '#shared/domain/job.ts';

/** In the order in which they stand: what failed needs a person, and a long list of what waits must not hide it. */
export const jobGroupNames = ['running', 'failed', 'waiting', 'done'] as const;
export type JobGroupName = (typeof jobGroupNames)[number];

/** Under which heading of the queue a job stands. */
function groupOf(job: Pick<Job, 'state'>): JobGroupName {
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

export interface JobGroups extends Readonly<Record<JobGroupName, readonly Job[]>> {
  /** How many later steps were not started because of a failed job; they stand in no group of their own. */
  readonly blockedBy: ReadonlyMap<JobId, number>;
}

/** Jobs as the core lists them, in the order in which they run; finished ones newest first. */
export function groupJobs(jobs: readonly Job[]): JobGroups {
  const groups: Record<JobGroupName, Job[]> = { running: [], waiting: [], failed: [], done: [] };
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const blockedBy = new Map<JobId, number>();
  for (const job of jobs) {
    const blocker = blockerOf(job, byId);
    if (blocker === null) groups[groupOf(job)].push(job);
    else blockedBy.set(blocker.id, (blockedBy.get(blocker.id) ?? 0) + 1);
  }
  const byEnd = (a: Job, b: Job): number => (b.finishedAtMs ?? b.createdAtMs) - (a.finishedAtMs ?? a.createdAtMs);
  return {
    running: groups.running,
    waiting: groups.waiting,
    failed: groups.failed.toSorted(byEnd),
    done: groups.done.toSorted(byEnd),
    blockedBy,
  };
}

/** The failed job at the head of the chain that kept this one from starting; null when it is not blocked or that job is gone. */
function blockerOf(job: Job, byId: ReadonlyMap<JobId, Job>): Job | null {
  let current: Job | undefined = job;
  while (current !== undefined && isBlocked(current)) current = current.afterJobId === null ? undefined : byId.get(current.afterJobId);
  return current === undefined || current === job || current.state !== 'failed' ? null : current;
}

export interface QueueSummary {
  /** Running and waiting; paused ones are not counted, they wait for a person. */
  readonly activeCount: number;
  /** More wait than the core lists. */
  readonly isMore: boolean;
  readonly pausedCount: number;
  /** Without those that only wait for a failed one. */
  readonly failedCount: number;
  /** Mean over everything active, 0..1; 0 when nothing is. */
  readonly fraction: number;
  readonly running: Job | null;
}

export function hasMoreWaiting(jobs: readonly Job[]): boolean {
  return jobs.filter(({ state }) => state === 'queued' || state === 'paused').length >= MAX_WAITING_SHOWN;
}

export function summariseQueue(jobs: readonly Job[]): QueueSummary {
  const active = jobs.filter(({ state }) => state === 'running' || state === 'queued');
  const total = active.reduce((sum, job) => sum + job.fraction, 0);
  return {
    activeCount: active.length,
    isMore: hasMoreWaiting(jobs),
    pausedCount: jobs.filter(({ state }) => state === 'paused').length,
    failedCount: jobs.filter((job) => job.state === 'failed' && !isBlocked(job)).length,
    fraction: active.length === 0 ? 0 : total / active.length,
    running: active.find(({ state }) => state === 'running') ?? null,
  };
}

/** The job of one of these kinds that works on a video now, or waits to; running ones first. */
export function activeJob(jobs: readonly Job[], videoId: VideoId, kinds: readonly JobKind[]): Job | undefined {
  const active = jobs.filter((job) => job.videoId === videoId && kinds.includes(job.kind) && !isFinished(job.state));
  return active.find((job) => job.state === 'running') ?? active[0];
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

/** How much of a download is here, 0..1; 0 while its size is not known. */
export function receivedFraction({ receivedBytes, totalBytes }: ModelDownload): number {
  return totalBytes === null || totalBytes === 0 ? 0 : receivedBytes / totalBytes;
}
