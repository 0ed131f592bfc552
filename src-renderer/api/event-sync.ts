import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Events } from '#shared/contract/events.ts';
import type { ModelDownload } from '#shared/contract/views.ts';
import { isFinished, type Job } from '#shared/domain/job.ts';
import { mendedAnswer } from './changed-records.ts';
import type { CoreConnection } from './connection.ts';
import type { Edits } from './edits.ts';
import { keysMadeStaleBy, queryKeys } from './query-keys.ts';

/** The job list with one progress report applied; unchanged (same array) when the job is not in it. */
export function applyJobProgress(jobs: readonly Job[], progress: Events['jobProgress']): readonly Job[] {
  const known = jobs.find((job) => job.id === progress.jobId);
  if (known === undefined || isFinished(known.state)) return jobs;
  const { jobId, ...changes } = progress;
  return jobs.map((job) => (job.id === jobId ? { ...job, ...changes } : job));
}

/** The list of downloads with one progress report applied; a download that is not in it yet comes with the next answer. */
export function applyDownload(downloads: readonly ModelDownload[], progress: ModelDownload): readonly ModelDownload[] {
  return downloads.map((known) => (known.modelId === progress.modelId ? progress : known));
}

/**
 * Keeps the query cache true: `changed` events mend answers or make them old, job progress is written straight into the job list, and
 * after a reconnect everything is asked again (events were lost meanwhile). Returns its removal.
 */
export function keepCacheFresh(queryClient: QueryClient, core: CoreConnection, edits: Pick<Edits, 'learn'>): () => void {
  const invalidator = createInvalidator(queryClient);
  let wasConnected = core.getState() === 'connected';
  const removals = [
    core.on('changed', (change) => {
      const mended = mendedAnswer(queryClient, change);
      if (mended !== null) edits.learn([mended]);
      const name = JSON.stringify(mended?.queryKey);
      invalidator.add(keysMadeStaleBy(change).filter((key) => JSON.stringify(key) !== name));
    }),
    core.on('jobProgress', (progress) => {
      queryClient.setQueryData<readonly Job[]>(queryKeys.jobs, (jobs) => jobs && applyJobProgress(jobs, progress));
    }),
    core.on('modelDownload', (progress) => {
      queryClient.setQueryData<readonly ModelDownload[]>(
        queryKeys.modelDownloads,
        (downloads) => downloads && applyDownload(downloads, progress),
      );
    }),
    core.onStateChange(() => {
      if (core.getState() !== 'connected') return;
      if (wasConnected) void queryClient.invalidateQueries();
      wasConnected = true;
    }),
    () => invalidator.stop(),
  ];
  return () => {
    for (const remove of removals) remove();
  };
}

/** A batch job announces hundreds of changes in a burst: each key is refetched at most once in this time. */
const GATHER_MS = 40;

/** While an answer is awaited nobody asks for it again: it would be given up, and the list of very many videos would never come while they are imported. */
const MAX_AWAITED_MS = 5_000;
/** What takes long to answer is left alone for as long again, so that the core has time for others. */
const MAX_REST_MS = 2_000;

function createInvalidator(queryClient: QueryClient) {
  const waiting = new Map<string, QueryKey>();
  /** From when on a key may be asked for again. */
  const restsUntilMs = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function ask(name: string, queryKey: QueryKey): Promise<void> {
    const askedMs = performance.now();
    restsUntilMs.set(name, askedMs + MAX_AWAITED_MS);
    await queryClient.invalidateQueries({ queryKey });
    const tookMs = performance.now() - askedMs;
    if (tookMs > GATHER_MS) restsUntilMs.set(name, performance.now() + Math.min(tookMs, MAX_REST_MS));
    else restsUntilMs.delete(name);
  }

  function flush(): void {
    timer = null;
    const nowMs = performance.now();
    for (const [name, queryKey] of waiting) {
      if ((restsUntilMs.get(name) ?? 0) > nowMs) continue;
      waiting.delete(name);
      void ask(name, queryKey);
    }
    if (waiting.size > 0) timer = setTimeout(flush, GATHER_MS);
  }

  return {
    add(keys: readonly QueryKey[]): void {
      for (const key of keys) waiting.set(JSON.stringify(key), key);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop(): void {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
