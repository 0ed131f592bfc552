import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import { MAX_WAITING_SHOWN } from '#shared/domain/job.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { inEnglish, plain } from '#shared/words/words.ts';
import { timeTurns } from '../../helpers/longest-turn.ts';
import { joinAs, startTestCore, startWithVideo, temporaryFolder } from '../../helpers/test-core.ts';

/** As long as an id may be. */
const longId = (index: number): string => `shot-${index}`.padEnd(64, 'x');

/** A project with a video of so many shots, and an annotator. Its jobs fail at once: no engine is there. */
async function withShots(shotCount: number) {
  const test = await startWithVideo();
  const { projects, history } = test.core.services;
  const { videoId } = test;
  history.record({ actor: 'ann', label: plain('Cut'), videoId }, (db) => {
    const insert = db.prepare(
      `INSERT INTO shots (id, video_id, start_frame, end_frame, transition_kind, transition_start_frame, transition_end_frame, origin, locked)
       VALUES (?, ?, ?, ?, 'cut', 0, 0, 'human', 0)`,
    );
    for (let index = 0; index < shotCount; index++) insert.run(longId(index), videoId, 1_000 + index, 1_001 + index);
  });
  const ben = await joinAs(test.core, 'annotator', 'Ben');
  const shotIds = Array.from({ length: shotCount }, (_, index) => ShotId.parse(longId(index)));
  /** As if other hands had written it, or an earlier version of the studio. */
  const sql = (text: string): void => void projects.access.session().db.exec(text);
  return { ...test, ben, shotIds, sql };
}

const jobRow = (state: string, params: string, result = 'NULL'): string =>
  `INSERT INTO jobs (id, sequence, kind, title, actor, params, state, result, created_at_ms) SELECT 'old-' || i, i, 'caption', 'Caption ' || i, 'ann', ${params}, '${state}', ${result}, 0 FROM n`;
const numbers = (count: number): string => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${count}) `;
/** Text of JSON of so many bytes. */
const jsonOf = (bytes: number): string => `'{"long":"' || printf('%.*c', ${bytes}, 'x') || '"}'`;

describe('a job that an annotator asks for', () => {
  it('names only videos and shots that there are', async () => {
    const { ben, videoId } = await withShots(3);
    const nowhere = Array.from({ length: 1_000 }, (_, index) => VideoId.parse(`video-${index}`));
    const shotIds = [ShotId.parse(longId(0)), ShotId.parse('nothing')];
    const requests: z.input<typeof JobRequest>[] = [
      { kind: 'clips', videoIds: nowhere },
      { kind: 'clips', videoIds: [videoId, ...nowhere.slice(0, 1)] },
      { kind: 'caption', videoId, targets: { shotIds } },
      { kind: 'read-text', videoId, targets: { shotIds } },
    ];
    for (const request of requests)
      await expect(ben.api.jobs.enqueue({ requests: [request] })).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringMatching(/no longer in .*nothing was added/u),
      });
    expect(await ben.api.jobs.list({})).toEqual([]);
  });

  it('leaves places in the queue to the owner', async () => {
    const { ben, core, videoId, sql } = await withShots(3);
    const owner = await joinAs(core, 'owner', 'Ann');
    const requests: z.input<typeof JobRequest>[] = [{ kind: 'caption', videoId, targets: { which: 'missing' } }];
    sql(numbers(8_999) + jobRow('failed', `'{}'`));
    await ben.api.jobs.enqueue({ requests });
    await expect(ben.api.jobs.enqueue({ requests })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('9,000') });
    await owner.api.jobs.enqueue({ requests });
    await core.services.jobs.idle();
  });

  it('names as much as the longest video has, and no more, and all of them do not fill the project', async () => {
    const { ben, core, videoId, shotIds, sql } = await withShots(14_000);
    const caption = (of: readonly ShotId[]) =>
      ben.api.jobs.enqueue({ requests: [{ kind: 'caption' as const, videoId, targets: { shotIds: [...of] } }] });
    await expect(caption(shotIds)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('nothing was added') });
    const most = shotIds.slice(0, 13_000);
    sql(numbers(14) + jobRow('failed', jsonOf(900_000)));
    let count = 14;
    const ask = async (): Promise<void> => {
      for (; count < 40; count++) await caption(most);
    };
    await expect(ask()).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('nothing was added') });
    expect(count).toBeGreaterThan(14);
    await core.services.jobs.idle();
    // What every page is sent at each change of the queue.
    expect(JSON.stringify(await ben.api.jobs.list({})).length).toBeLessThan(count * 2_000);
    const folder = core.services.projects.current()?.displayPath ?? '';
    await core.close();
    const elsewhere = startTestCore({ dataDir: temporaryFolder() });
    expect(await elsewhere.core.services.projects.openFolder(folder)).toMatchObject({ readOnly: null });
    expect(elsewhere.core.services.jobs.list()).toHaveLength(count);
  });
});

describe('a queue', () => {
  it('with rows of many megabytes is listed without them, and they can be removed', async () => {
    const { core, ben, sql } = await withShots(1);
    sql(numbers(4) + jobRow('failed', jsonOf(8_000_000), jsonOf(8_000_000)));
    const listed = await ben.api.jobs.list({});
    expect(listed.map(({ title, kind, result }) => [inEnglish(title), kind, result])).toEqual(
      [1, 2, 3, 4].map((index) => [`Caption ${index}`, 'caption', null]),
    );
    expect(JSON.stringify(listed).length).toBeLessThan(4_000);
    core.services.jobs.remove(listed.map(({ id }) => id));
    expect(await ben.api.jobs.list({})).toEqual([]);
  });

  it('forgets the oldest of what is done, and what the oldest that failed had made, before they are too much to list', async () => {
    const { core, ben, sql, videoId } = await withShots(1);
    const made = `'{"captioned":1,"flagged":0,"skipped":0,"long":"' || printf('%.*c', 500000, 'x') || '"}'`;
    sql(numbers(50) + jobRow('done', jsonOf(500_000)));
    sql(numbers(100).replace('SELECT 1', 'SELECT 51') + jobRow('failed', `'{}'`, made));
    await ben.api.jobs.enqueue({ requests: [{ kind: 'caption', videoId, targets: { which: 'missing' } }] });
    await core.services.jobs.idle();
    const listed = await ben.api.jobs.list({});
    const done = listed.filter(({ state }) => state === 'done').map(({ title }) => inEnglish(title));
    expect(done.length).toBeGreaterThan(20);
    expect(done.length).toBeLessThan(40);
    expect(done.at(-1)).toBe('Caption 50');
    const failed = listed.filter(({ id }) => id.startsWith('old-')).filter(({ state }) => state === 'failed');
    expect(failed).toHaveLength(100);
    const withResult = failed.filter(({ result }) => result !== null).map(({ title }) => inEnglish(title));
    expect(withResult.length).toBeGreaterThan(20);
    expect(withResult.length).toBeLessThan(40);
    expect(withResult.at(-1)).toBe('Caption 150');
  });

  it('of a hundred thousand jobs is listed to a page as far as people look through it: what comes next, and what ended last', async () => {
    const { core, ben, sql } = await withShots(1);
    const rows = (from: number, count: number, state: string): string =>
      numbers(count).replace('SELECT 1', `SELECT ${from}`) + jobRow(state, `'{}'`) + ';';
    sql(rows(1, 50_000, 'done') + rows(50_001, 2_000, 'failed') + rows(52_001, 58_000, 'paused'));
    const listed = await ben.api.jobs.list({});
    const titlesOf = (wanted: string) => listed.filter(({ state }) => state === wanted).map(({ title }) => inEnglish(title));
    expect(titlesOf('done')).toHaveLength(1_000);
    expect(titlesOf('done').at(-1)).toBe('Caption 50000');
    expect(titlesOf('failed').at(-1)).toBe('Caption 52000');
    expect(titlesOf('paused')).toHaveLength(MAX_WAITING_SHOWN);
    expect(titlesOf('paused')[0]).toBe('Caption 52001');
    expect(core.services.jobs.list()).toHaveLength(110_000);
  });

  it('that is full leaves further videos without jobs, and says so', async () => {
    const { core, sql, as, dataDir } = await withShots(1);
    sql(numbers(60_000) + jobRow('cancelled', `'{}'`));
    const notices: string[] = [];
    const { api, on } = as('ann');
    on('notice', ({ message }) => notices.push(inEnglish(message)));
    const { grantId } = await core.files.grantPath(dataDir);
    await expect(api.videos.add({ grantIds: [grantId] })).resolves.toMatchObject({ added: [], alreadyThere: ['holiday.mp4'] });
    core.services.jobs.enqueueNeeded([...core.services.videos.ids()], 'ann');
    await expect.poll(() => notices).toEqual([expect.stringMatching(/^1 video has no jobs yet/u)]);
    expect(core.services.jobs.list()).toHaveLength(60_000);
  });
});

describe('a folder of many videos', () => {
  it('is added, and its jobs are queued, in short turns', async () => {
    const test = startTestCore();
    const ann = test.as('ann');
    await ann.api.projects.create({ name: 'Many' });
    const folder = temporaryFolder();
    for (let index = 0; index < 1_500; index++) writeFileSync(path.join(folder, `${index}.mp4`), '');
    const { grantId } = await test.core.files.grantPath(folder);
    const { longestMs } = await timeTurns(ann.api.videos.add({ grantIds: [grantId] }));
    expect(longestMs).toBeLessThan(1_500);
    const jobs = await ann.api.jobs.list({});
    expect(jobs.length).toBeGreaterThanOrEqual(1_500);
    const ids = new Set(jobs.map(({ id }) => id));
    for (const { videoId, afterJobId } of jobs.filter((job) => job.afterJobId !== null)) {
      expect(ids).toContain(afterJobId);
      expect(jobs.find(({ id }) => id === afterJobId)?.videoId).toBe(videoId);
    }
  });
});
