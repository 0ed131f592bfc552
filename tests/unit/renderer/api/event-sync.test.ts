import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventName, Events } from '#shared/contract/events.ts';
import { JobId, VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { plain } from '#shared/words/words.ts';
import type { ConnectionState, CoreConnection } from '../../../../src-renderer/api/connection.ts';
import { createEdits } from '../../../../src-renderer/api/edits.ts';
import { applyJobProgress, keepCacheFresh } from '../../../../src-renderer/api/event-sync.ts';
import { queryKeys } from '../../../../src-renderer/api/query-keys.ts';

const jobId = JobId.parse('j1');

function jobOf(overrides: Partial<Omit<Job, 'kind' | 'result'>>): Job {
  return {
    id: jobId,
    kind: 'detect',
    title: plain('Find shots'),
    actor: 'me',
    videoId: null,
    state: 'running',
    afterJobId: null,
    fraction: 0,
    stage: null,
    etaMs: null,
    attempts: 1,
    error: null,
    result: null,
    createdAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: null,
    ...overrides,
  };
}

/** The part of a connection that the cache listens to. */
function testCore() {
  const listeners = new Map<EventName, (payload: never) => void>();
  let state: ConnectionState = 'connecting';
  let onState: () => void = () => undefined;
  const core = {
    getState: () => state,
    onStateChange: (listener: () => void) => {
      onState = listener;
      return () => undefined;
    },
    on: (name: EventName, listener: (payload: never) => void) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
  } as unknown as CoreConnection;
  return {
    core,
    push: <K extends EventName>(name: K, payload: Events[K]) => listeners.get(name)?.(payload as never),
    become: (next: ConnectionState) => {
      state = next;
      onState();
    },
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A screen that shows an answer, and how often it was asked for. */
function watch(client: QueryClient, queryKey: readonly unknown[]) {
  const ask = vi.fn(() => Promise.resolve(null));
  new QueryObserver(client, { queryKey, queryFn: ask, staleTime: Number.POSITIVE_INFINITY }).subscribe(() => undefined);
  return ask;
}

test('a burst of changes asks for what is on screen once, and for nothing else', async () => {
  const client = new QueryClient();
  const { core, push } = testCore();
  keepCacheFresh(client, core, createEdits(client));
  const [videoId, otherId] = [VideoId.parse('v1'), VideoId.parse('v2')];
  const shots = watch(client, queryKeys.shots(videoId));
  const otherShots = watch(client, queryKeys.shots(otherId));
  await vi.advanceTimersByTimeAsync(1);
  for (let index = 0; index < 200; index++) push('changed', { table: 'shots', videoId });
  await vi.advanceTimersByTimeAsync(100);
  expect(shots).toHaveBeenCalledTimes(2);
  expect(otherShots).toHaveBeenCalledTimes(1);
});

test('a list that takes long comes while changes go on, is asked for less often, and shows the last change', async () => {
  const client = new QueryClient();
  const { core, push } = testCore();
  keepCacheFresh(client, core, createEdits(client));
  const [answers, asked] = [vi.fn(), vi.fn()];
  let changes = 0;
  const ask = async (): Promise<number> => {
    asked();
    const seen = changes;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return seen;
  };
  new QueryObserver(client, { queryKey: queryKeys.videos, queryFn: ask, staleTime: Number.POSITIVE_INFINITY }).subscribe(
    ({ data }) => data !== undefined && answers(data),
  );
  await vi.advanceTimersByTimeAsync(400);
  asked.mockClear();
  for (changes = 1; changes < 101; changes++) {
    push('changed', { table: 'videos', videoId: null });
    await vi.advanceTimersByTimeAsync(30);
  }
  expect(answers.mock.lastCall?.[0]).toBeGreaterThan(50);
  expect(asked.mock.calls.length).toBeLessThan(8);
  push('changed', { table: 'videos', videoId: null });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(answers).toHaveBeenLastCalledWith(101);
});

test('after a reconnect everything on screen is asked again, at the first connection nothing is', async () => {
  const client = new QueryClient();
  const { core, become } = testCore();
  keepCacheFresh(client, core, createEdits(client));
  const settings = watch(client, queryKeys.settings);
  await vi.advanceTimersByTimeAsync(1);
  become('connected');
  await vi.advanceTimersByTimeAsync(100);
  expect(settings).toHaveBeenCalledTimes(1);
  become('reconnecting');
  become('connected');
  await vi.advanceTimersByTimeAsync(100);
  expect(settings).toHaveBeenCalledTimes(2);
});

test('progress is written into the list of jobs without asking for it', () => {
  const client = new QueryClient();
  const { core, push } = testCore();
  keepCacheFresh(client, core, createEdits(client));
  client.setQueryData(queryKeys.jobs, [jobOf({})]);
  push('jobProgress', { jobId, state: 'running', fraction: 0.5, stage: 'score', etaMs: 900 });
  expect(client.getQueryData(queryKeys.jobs)).toEqual([jobOf({ fraction: 0.5, stage: 'score', etaMs: 900 })]);
});

test('late progress does not bring a finished job back to life, nor does that of a stranger change anything', () => {
  const done = [jobOf({ state: 'done', fraction: 1 })];
  const late = { jobId, state: 'running', fraction: 0.9, stage: null, etaMs: null } as const;
  expect(applyJobProgress(done, late)).toBe(done);
  expect(applyJobProgress(done, { ...late, jobId: JobId.parse('other') })).toBe(done);
});
