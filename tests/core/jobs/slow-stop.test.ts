import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { WritableDb } from '#core/base/db/database.ts';
import { migration001 } from '#core/base/db/migrations/001-project.ts';
import { systemClock } from '#core/base/host.ts';
import { createJobQueue } from '#core/jobs/job-queue.ts';
import type { JobState } from '#shared/domain/job.ts';
import { plain } from '#shared/words/words.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';

it('a job that is slow to stop keeps nobody waiting who pauses or cancels it', async () => {
  const db = new Database(':memory:') as WritableDb;
  onTestFinished(() => void db.close());
  migration001.up(db);
  const [begun, hold] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const states: JobState[] = [];
  const queue = createJobQueue({
    db,
    definitions: [
      {
        kind: 'clips',
        lane: 'ffmpeg',
        paramsSchema: z.object({}),
        stages: [{ name: 'write', weight: 1 }],
        async run() {
          begun.resolve();
          await hold.promise;
          return {};
        },
      },
    ],
    laneWidths: { inference: 1, ffmpeg: 1, exchange: 1 },
    clock: systemClock,
    logger: createRecordingLogger(),
    onChanged: () => undefined,
    onProgress: ({ state }) => void states.push(state),
  });
  queue.start();
  const [id] = queue.enqueue([{ kind: 'clips', title: plain('Write clips'), actor: 'me', videoId: null, params: {}, after: null }]);
  if (id === undefined) throw new Error('a job expected');
  await begun.promise;
  await queue.pause(id);
  await queue.cancel(id, id);
  expect(queue.get(id).state).toBe('running');
  hold.resolve();
  await queue.idle();
  expect(states.at(-1)).toBe('cancelled');
});
