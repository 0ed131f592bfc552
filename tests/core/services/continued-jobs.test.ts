import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { JobId } from '#shared/domain/ids.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { startTestCore } from '../../helpers/test-core.ts';

/** A project into which a data set is imported by a command that may be given again. */
async function withDataSet() {
  const test = startTestCore();
  const { projects, jobs, videos } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const file = path.join(test.dataDir, 'set.json');
  const record = (index: number) => ({ video: `walk-${index}.mp4`, video_names: [`walk-${index}_0_24.mp4`], captions: ['A walk.'] });
  const write = (count: number): void => writeFileSync(file, JSON.stringify(Array.from({ length: count }, (_, index) => record(index))));
  write(500);
  const { grantId } = await test.core.files.grantPath(file);
  const request = (isReviewed = false): JobRequest => ({
    kind: 'import-dataset',
    formatId: 'shot2story',
    grantId,
    options: {},
    isReviewed,
  });
  const again = (options: { doneHere?: JobId[]; takesStopped?: boolean } = {}, isReviewed = false): JobId | undefined => {
    const continuing = { takesStopped: options.takesStopped ?? false, doneHere: new Set(options.doneHere) };
    return jobs.enqueueOrContinue([request(isReviewed)], 'command line', continuing)[0];
  };
  const [first] = jobs.enqueue([request()], false, 'ann');
  if (first === undefined) throw new Error('not queued');
  return { ...test, jobs, videos, again, first, file };
}

it('a command goes on with what the same one began, whether it runs, waits or was paused', async () => {
  const { jobs, videos, again, first } = await withDataSet();
  expect(again()).toBe(first);
  await jobs.pause([first]);
  expect(jobs.get(first)).toMatchObject({ state: 'paused' });
  expect(again()).toBe(first);
  await jobs.idle();
  expect(jobs.get(first)).toMatchObject({ state: 'done' });
  expect(videos.list()).toHaveLength(500);
});

it('what came to its end since the command began is its own; before that, it is done anew', async () => {
  const { jobs, videos, again, first } = await withDataSet();
  await jobs.idle();
  expect(again({ doneHere: [first] })).toBe(first);
  await jobs.idle();
  expect(videos.list()).toHaveLength(500);
  expect(again()).not.toBe(first);
  await jobs.idle();
  expect(videos.list()).toHaveLength(1000);
});

it('what was cancelled goes on where that would else do it twice, and another request is another job', async () => {
  const { jobs, videos, again, first } = await withDataSet();
  await jobs.cancel([first]);
  expect(again({ takesStopped: true }, true)).not.toBe(first);
  expect(again({ takesStopped: true })).toBe(first);
  await jobs.idle();
  expect(jobs.list().map(({ state }) => state)).toEqual(['done', 'done']);
  expect(videos.list()).toHaveLength(1000);
  await jobs.cancel([first]);
  expect(again({ takesStopped: false })).not.toBe(first);
});
