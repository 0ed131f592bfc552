import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { WritableDb } from '#core/base/db/database.ts';
import { migration001 } from '#core/base/db/migrations/001-project.ts';
import type { JobContext, JobDefinition, NewJob } from '#core/jobs/job-definition.ts';
import { type Clock, systemClock } from '#core/base/host.ts';
import { createJobQueue, type JobQueue } from '#core/jobs/job-queue.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Events } from '#shared/contract/events.ts';
import { inEnglish, plain } from '#shared/words/words.ts';
import { createManualClock } from '../../helpers/test-core.ts';

type Run = (context: JobContext, params: { readonly units: number }) => Promise<Record<string, unknown>>;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let folder = '';
let open: { queue: JobQueue; db: WritableDb }[] = [];
let progress: Events['jobProgress'][] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'queue-'));
  open = [];
  progress = [];
});

afterEach(async () => {
  for (const { queue, db } of open) {
    await queue.close();
    db.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

function openQueue(
  run: Run,
  laneWidth = 1,
  { clock = systemClock, ...room }: { clock?: Clock; freeBytes?(): Promise<number>; roomLookMs?: number } = {},
): JobQueue {
  const db = new Database(path.join(folder, 'project.db')) as WritableDb;
  if (db.pragma('user_version', { simple: true }) === 0) {
    migration001.up(db);
    db.pragma('user_version = 1');
  }
  const definition: JobDefinition = {
    kind: 'caption',
    lane: 'inference',
    paramsSchema: z.object({ units: z.int() }),
    stages: [{ name: 'units', weight: 1 }],
    run: (context, params) => run(context, z.object({ units: z.int() }).parse(params)),
  };
  const queue = createJobQueue({
    db,
    definitions: [definition],
    laneWidths: { inference: laneWidth, ffmpeg: 1, exchange: 1 },
    clock,
    logger: silent,
    ...room,
    onChanged: () => undefined,
    onProgress: (event) => progress.push(event),
  });
  open.push({ queue, db });
  return queue;
}

/** What a job of this kind leaves behind. */
function captioned(count: number) {
  return { captioned: count, flagged: 0, skipped: 0, withoutSpeech: 0 };
}

function newJob(overrides: Partial<NewJob> = {}): NewJob {
  return { kind: 'caption', title: plain('Caption video'), actor: 'me', videoId: null, params: { units: 3 }, after: null, ...overrides };
}

/** Resolves when aborted, as a well-behaved job does. */
function untilStopped(context: JobContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    context.signal.addEventListener('abort', () => reject(context.signal.reason as Error), { once: true });
  });
}

/** The disk of the project has no room for another page. */
function fillDisk(): void {
  for (const { db } of open) db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
}

function freeDisk(): void {
  for (const { db } of open) db.pragma('max_page_count = 1000000');
}

/** More than a page: it does not fit where nothing is free. */
const BULKY = 'x'.repeat(20_000);

function damageRow(change: string): void {
  for (const { db } of open) db.exec(change);
}

describe('a queue on a full disk', () => {
  /** Notes down more than there is room for, until there is room. */
  const bulky: Run = async (context) => {
    context.checkpoint(BULKY);
    return captioned(3);
  };

  it('pauses a job, stays alive, and goes on with it on "Resume"', async () => {
    const queue = openQueue(bulky);
    queue.start();
    fillDisk();
    const [id] = queue.enqueue([newJob()]);
    if (id === undefined) throw new Error('a job expected');
    await queue.idle();
    expect(queue.get(id)).toMatchObject({
      state: 'paused',
      error: { code: 'disk-full', message: expect.stringContaining('Free up space') },
    });
    freeDisk();
    queue.resume(id);
    await queue.idle();
    expect(queue.get(id)).toMatchObject({ state: 'done', result: captioned(3) });
  });

  it('keeps the state of a job in memory where not even that can be written', async () => {
    const queue = openQueue(async () => {
      for (const { db } of open) db.pragma('query_only = ON');
      throw Object.assign(new Error('write failed'), { code: 'ENOSPC' });
    });
    queue.start();
    const [id] = queue.enqueue([newJob()]);
    if (id === undefined) throw new Error('a job expected');
    await queue.idle();
    expect(queue.list()[0]).toMatchObject({ state: 'paused', error: { code: 'disk-full' } });
    expect(progress.at(-1)).toMatchObject({ jobId: id, state: 'paused' });
    for (const { db } of open) db.pragma('query_only = OFF');
    await queue.cancel(id);
    expect(queue.get(id)).toMatchObject({ state: 'cancelled', error: null });
  });

  it('goes on by itself once there is room again', async () => {
    let free = 0;
    const queue = openQueue(bulky, 1, { freeBytes: () => Promise.resolve(free), roomLookMs: 5 });
    queue.start();
    fillDisk();
    const [id] = queue.enqueue([newJob()]);
    if (id === undefined) throw new Error('a job expected');
    await queue.idle();
    expect(queue.get(id).state).toBe('paused');
    freeDisk();
    free = 100 * 1024 * 1024;
    await expect.poll(() => queue.get(id).state).toBe('done');
  });

  it('takes up at the next start what it stopped', async () => {
    const first = openQueue(bulky);
    first.start();
    fillDisk();
    first.enqueue([newJob()]);
    await first.idle();
    await first.close();
    const second = openQueue(bulky);
    second.start();
    await second.idle();
    expect(second.list()[0]).toMatchObject({ state: 'done' });
  });
});

describe('a job whose record cannot be read', () => {
  it.each([
    ['parameters that are no JSON', `UPDATE jobs SET params = '{"units": ' WHERE sequence = 1`],
    ['a kind that this studio does not know', `UPDATE jobs SET kind = 'dream' WHERE sequence = 1`],
    ['a shape of another version', `UPDATE jobs SET error = '"oops"' WHERE sequence = 1`],
    ['an id that is none', `UPDATE jobs SET id = 'no id!' WHERE sequence = 1`],
  ])('is shown beside the others and can be removed: %s', async (_what, change) => {
    const before = openQueue(async () => ({}));
    before.enqueue([newJob({ title: plain('Odd one') }), newJob({ title: plain('Valid one') })]);
    damageRow(change);
    const queue = openQueue(async () => ({}));
    queue.start();
    await queue.idle();
    expect(queue.list().map(({ title, kind, state }) => [inEnglish(title), kind, state])).toEqual([
      ['Odd one', 'unreadable', 'failed'],
      ['Valid one', 'caption', 'done'],
    ]);
    const [odd] = queue.list();
    if (odd === undefined) throw new Error('two jobs expected');
    expect(odd.error?.message).toContain('cannot be read');
    expect(() => queue.retry(odd.id)).toThrow('cannot be read');
    queue.remove(odd.id);
    expect(queue.list().map(({ title }) => inEnglish(title))).toEqual(['Valid one']);
  });
});

describe('a result of another shape, as an earlier version left it', () => {
  it.each([
    ['other keys', '{"captions": 3}', null],
    ['a list', '[1]', null],
    ['without what was added since', '{"captioned": 3, "flagged": 1, "skipped": 0}', { ...captioned(3), flagged: 1 }],
  ])('is nothing, or what is known of it, and its job stays: %s', async (_what, stored, result) => {
    const before = openQueue(async () => captioned(1));
    before.start();
    before.enqueue([newJob({ title: plain('Of old') })]);
    await before.idle();
    damageRow(`UPDATE jobs SET result = '${stored}' WHERE sequence = 1`);
    expect(openQueue(async () => captioned(1)).list()).toMatchObject([
      { title: plain('Of old'), kind: 'caption', state: 'done', error: null, result },
    ]);
  });
});

describe('a queue', () => {
  it('runs jobs of one lane one after the other, in order, and keeps their results', async () => {
    const log: string[] = [];
    const queue = openQueue(async (context, { units }) => {
      log.push(`start ${units}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      context.progress('units', 1);
      log.push(`end ${units}`);
      return captioned(units);
    });
    queue.start();
    queue.enqueue([newJob({ params: { units: 1 } }), newJob({ params: { units: 2 } })]);
    await queue.idle();
    expect(log).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
    expect(queue.list().map((job) => [job.state, job.result, job.fraction])).toEqual([
      ['done', captioned(1), 1],
      ['done', captioned(2), 1],
    ]);
  });

  it('says truly how long a job ran and will run, also when the clock is set back meanwhile', async () => {
    const clock = createManualClock();
    const queue = openQueue(
      async (context) => {
        context.progress('units', 0);
        clock.advance(60_000);
        clock.setWall(-3_600_000);
        context.progress('units', 0.5);
        clock.advance(60_000);
        return {};
      },
      1,
      { clock },
    );
    queue.start();
    queue.enqueue([newJob()]);
    await queue.idle();
    const [job] = queue.list();
    expect((job?.finishedAtMs ?? 0) - (job?.startedAtMs ?? 0)).toBe(120_000);
    expect(progress.find(({ fraction }) => fraction === 0.5)?.etaMs).toBe(60_000);
  });

  it('cancels a running job and everything that waits for it', async () => {
    const queue = openQueue(untilStopped);
    queue.start();
    const [first, second] = queue.enqueue([newJob(), newJob({ after: 0 })]);
    if (first === undefined || second === undefined) throw new Error('two jobs expected');
    await queue.cancel(first);
    expect(queue.list().map((job) => job.state)).toEqual(['cancelled', 'cancelled']);
    expect(progress.at(-1)).toMatchObject({ jobId: first, state: 'cancelled' });
  });

  it('says what a job made that came to its end before it noticed that it was cancelled', async () => {
    const begun = Promise.withResolvers<void>();
    const queue = openQueue(async () => {
      begun.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      return captioned(3);
    });
    queue.start();
    const [id] = queue.enqueue([newJob()]);
    if (id === undefined) throw new Error('a job expected');
    await begun.promise;
    await queue.cancel(id);
    expect(queue.get(id)).toMatchObject({ state: 'cancelled', result: captioned(3) });
  });

  it('pauses and resumes from the last checkpoint', async () => {
    const seen: unknown[] = [];
    const queue = openQueue(async (context) => {
      seen.push(context.savedCheckpoint);
      if (context.savedCheckpoint !== null) return captioned(2);
      context.checkpoint({ unitsDone: 2 });
      return untilStopped(context);
    });
    queue.start();
    const [id] = queue.enqueue([newJob()]);
    if (id === undefined) throw new Error('one job expected');
    await new Promise((resolve) => setTimeout(resolve, 10));
    await queue.pause(id);
    expect(queue.get(id).state).toBe('paused');
    await queue.idle();
    queue.resume(id);
    await queue.idle();
    expect(seen).toEqual([null, { unitsDone: 2 }]);
    expect(queue.get(id)).toMatchObject({ state: 'done', result: captioned(2) });
  });

  it('fails what waits for a failed job, and retries both together', async () => {
    let isBroken = true;
    const queue = openQueue(async () => {
      if (isBroken) throw new AppError('media-corrupt', plain('holiday.mp4 cannot be decoded.'));
      return {};
    });
    queue.start();
    const [first] = queue.enqueue([newJob({ title: plain('Read holiday.mp4') }), newJob({ after: 0 })]);
    if (first === undefined) throw new Error('a job expected');
    await queue.idle();
    expect(queue.list().map((job) => job.error)).toMatchObject([
      { code: 'media-corrupt', message: 'holiday.mp4 cannot be decoded.' },
      { code: 'blocked', message: expect.stringContaining('Read holiday.mp4') },
    ]);
    isBroken = false;
    queue.retry(first);
    await queue.idle();
    expect(queue.list().map((job) => job.state)).toEqual(['done', 'done']);
  });

  it('goes on after a crash with what was running, and gives up on a job that keeps crashing', async () => {
    const never: Run = () => new Promise(() => undefined);
    for (let crash = 1; crash <= 3; crash++) {
      const crashing = openQueue(never);
      crashing.start();
      if (crash === 1) crashing.enqueue([newJob()]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(crashing.list()[0]).toMatchObject({ state: 'running', attempts: crash });
      // The process dies here: nothing is closed or reported.
      open.pop()?.db.close();
    }
    const queue = openQueue(async () => ({}));
    queue.start();
    await queue.idle();
    expect(queue.list()[0]).toMatchObject({ state: 'failed', error: { code: 'internal', message: expect.stringContaining('3 times') } });
  });

  it('stops for shutdown and goes on at the next start', async () => {
    const first = openQueue(untilStopped);
    first.start();
    first.enqueue([newJob()]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.close();
    const second = openQueue(async () => captioned(7));
    second.start();
    await second.idle();
    expect(second.list()[0]).toMatchObject({ state: 'done', result: captioned(7) });
  });

  it('does not take orderly closes for crashes', async () => {
    const endless: Run = (context) => untilStopped(context);
    for (let round = 1; round <= 4; round++) {
      const queue = openQueue(endless);
      queue.start();
      if (round === 1) queue.enqueue([newJob()]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await queue.close();
      open.pop()?.db.close();
    }
    const crashing = openQueue(endless);
    crashing.start();
    await new Promise((resolve) => setTimeout(resolve, 5));
    open.pop()?.db.close();
    const queue = openQueue(async () => ({}));
    queue.start();
    await queue.idle();
    expect(queue.list()[0]).toMatchObject({ state: 'done' });
  });

  it('keeps finished jobs until they are cleared', async () => {
    const queue = openQueue(async () => ({}));
    queue.start();
    queue.enqueue([newJob()]);
    await queue.idle();
    queue.clearFinished();
    expect(queue.list()).toEqual([]);
  });
});
