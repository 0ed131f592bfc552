import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { Job } from '#shared/domain/job.ts';
import { resultOf } from '../../helpers/job-result.ts';
import { startTestCore } from '../../helpers/test-core.ts';

/** An import that has just begun. */
async function importing(text: string) {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  const { jobs } = test.core.services;
  const file = path.join(test.dataDir, 'set.json');
  writeFileSync(file, text);
  const { grantId } = await test.core.files.grantPath(file);
  const [job] = jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }], false, 'ann');
  if (job === undefined) throw new Error('a job expected');
  const now = (): Job | undefined => jobs.list().find(({ id }) => id === job);
  return { jobs, jobId: job, now };
}

/** Both are read in a few pieces: without a turn for others in between, a cancel is noticed only when all of one is done. */
describe('a data set of many small records', { timeout: 120_000 }, () => {
  it.each([
    ['that are good', Array.from({ length: 1_000 }, (_, index) => `{"video":"${index}.mp4","video_names":["a_0_1.mp4"],"captions":["x"]}`)],
    ['that are none', Array.from({ length: 100_000 }, () => '1')],
  ])('%s notices a cancel while they are read', async (_what, records) => {
    const { jobs, jobId, now } = await importing(`[${records.join(',')}]`);
    await vi.waitFor(() => expect(now()?.state).toBe('running'));
    await wait(5);
    await jobs.cancel([jobId]);
    await jobs.idle();
    expect(now()?.state).toBe('cancelled');
    expect(resultOf(now(), 'import-dataset').records).toBeLessThan(records.length);
  });

  it('counts those that are none, lists the first of them, and takes no longer for each the more there are', async () => {
    const count = 60_000;
    const before = process.cpuUsage();
    const { jobs, now } = await importing(`[${'1,'.repeat(count - 1)}1]`);
    await jobs.idle();
    const { user, system } = process.cpuUsage(before);
    const { refused, ...counts } = resultOf(now(), 'import-dataset');
    expect(counts).toMatchObject({ records: count, refusedRecords: count, videos: 0 });
    expect(refused.map(({ where }) => where)).toEqual(Array.from({ length: 200 }, (_, index) => `record ${index + 1}`));
    expect((user + system) / 1_000).toBeLessThan(8_000);
  });
});
