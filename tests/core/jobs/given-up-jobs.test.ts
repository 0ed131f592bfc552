import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { WritableDb } from '#core/base/db/database.ts';
import { migration001 } from '#core/base/db/migrations/001-project.ts';
import { systemClock } from '#core/base/host.ts';
import { createWorkScope } from '#core/base/work-scope.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { createJobQueue, type JobQueue } from '#core/jobs/job-queue.ts';
import * as repository from '#core/jobs/job-repository.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';

const scope = createWorkScope();

function openQueue(run: (context: JobContext) => Promise<unknown>): { db: WritableDb; queue: JobQueue } {
  const db = new Database(':memory:') as WritableDb;
  onTestFinished(() => void db.close());
  migration001.up(db);
  const queue = createJobQueue({
    db,
    definitions: [{ kind: 'import', lane: 'ffmpeg', paramsSchema: z.object({}), stages: [{ name: 'measure', weight: 1 }], run }],
    laneWidths: { inference: 1, ffmpeg: 1, exchange: 1 },
    clock: systemClock,
    logger: createRecordingLogger(),
    scope,
    giveUpMs: 1500,
    onChanged: () => undefined,
    onProgress: () => undefined,
  });
  queue.start();
  return { db, queue };
}

function add(queue: JobQueue, title: string): JobId {
  const [id] = queue.enqueue([{ kind: 'import', title: plain(title), actor: 'me', videoId: null, params: {}, after: null }]);
  if (id === undefined) throw new Error('a job expected');
  return id;
}

/** A job that never listens, and what came of its writes once it was let go. */
function deafJob() {
  const [begun, hold] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const refused = Promise.withResolvers<unknown[]>();
  return {
    begun: begun.promise,
    letGo: hold.resolve,
    refused: refused.promise,
    async run(context: JobContext): Promise<unknown> {
      begun.resolve();
      await hold.promise;
      const writes = [() => context.checkpoint('late'), () => scope.requireWanted(), () => context.progress('measure', 1)];
      refused.resolve(
        writes.map((write) => {
          try {
            write();
            return 'written';
          } catch (error) {
            return (error as { code?: unknown }).code;
          }
        }),
      );
      return { late: true };
    },
  };
}

it('a job that never stops keeps no project open, goes back to the queue, and writes nothing any more', async () => {
  const deaf = deafJob();
  const { db, queue } = openQueue(deaf.run);
  const id = add(queue, 'Import it');
  await deaf.begun;
  const startedMs = performance.now();
  await queue.close();
  expect(performance.now() - startedMs).toBeLessThan(8000);
  expect(repository.getJob(db, id)).toMatchObject({ state: 'queued', fraction: 0 });
  deaf.letGo();
  // What it says of its progress goes nowhere, and is no fault.
  expect(await deaf.refused).toEqual(['cancelled', 'cancelled', 'written']);
  await expect.poll(() => repository.getJob(db, id)).toMatchObject({ state: 'queued', fraction: 0, result: null });
  expect(repository.workOf(db, id).checkpoint).toBeNull();
}, 15_000);

it('a job that never stops after it was cancelled loses its lane to the next one, and its result counts for nothing', async () => {
  const deaf = deafJob();
  const next = Promise.withResolvers<void>();
  let count = 0;
  const { queue } = openQueue(async (context) => {
    count += 1;
    if (count === 1) return deaf.run(context);
    context.checkpoint('mine');
    scope.requireWanted();
    next.resolve();
    return {};
  });
  onTestFinished(() => queue.close());
  const id = add(queue, 'Import it');
  const other = add(queue, 'Import another');
  await deaf.begun;
  await queue.cancel(id);
  expect(queue.get(other).state).toBe('queued');
  await next.promise;
  await queue.idle();
  expect([queue.get(id).state, queue.get(other).state]).toEqual(['cancelled', 'done']);
  deaf.letGo();
  expect(await deaf.refused).toEqual(['cancelled', 'cancelled', 'written']);
  expect(queue.get(id)).toMatchObject({ state: 'cancelled', result: null });
});
