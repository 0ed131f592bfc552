import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import type { GrantId } from '#shared/domain/ids.ts';
import { mountSmallDisk, type SmallDisk } from '../../helpers/small-disk.ts';
import { startTestCore } from '../../helpers/test-core.ts';
import { noticesOf } from '../../helpers/notices.ts';

/** From no page to more than any of these commands writes. */
const FREE_PAGES = Array.from({ length: 16 }, (_, pages) => pages);

async function onSmallDisk({ skip }: TestContext) {
  const mounted = mountSmallDisk(16);
  if (mounted === null) skip('mounting a file system in memory is not allowed here');
  else onTestFinished(() => mounted.unmount());
  const disk = mounted as SmallDisk;
  const test = startTestCore();
  const notices = noticesOf(test);
  await test.core.services.projects.createIn(disk.dir, 'Demo');
  const { api } = test.as('ann');
  const { jobs } = test.core.services;
  async function withFreePages<T>(pages: number, work: () => Promise<T>): Promise<T | { failed: string }> {
    await jobs.idle();
    disk.fill();
    for (let page = 0; page < pages; page++) rmSync(path.join(disk.dir, `filler-${page}`), { force: true });
    try {
      return await work();
    } catch (error) {
      return { failed: String(error) };
    } finally {
      disk.makeRoom();
    }
  }
  async function addAt(name: string): Promise<GrantId> {
    const file = path.join(test.dataDir, name);
    writeFileSync(file, name);
    return (await test.core.files.grantPath(file)).grantId;
  }
  return { test, api, jobs, notices, withFreePages, addAt };
}

describe('a disk that fills up in the middle of a command', () => {
  it('adds a video or says that nothing was changed, and its jobs come with the room', async (context) => {
    const { api, notices, withFreePages, addAt } = await onSmallDisk(context);
    const outcomes: string[] = [];
    for (const pages of FREE_PAGES) {
      const grantId = await addAt(`walk-${pages}.mp4`);
      const before = (await api.videos.list({})).videos.length;
      const answer = await withFreePages(pages, () => api.videos.add({ grantIds: [grantId] }));
      const added = (await api.videos.list({})).videos.length - before;
      outcomes.push(`${pages} pages: ${'failed' in answer ? 'refused' : 'added'}, ${added} more`);
    }
    expect(outcomes.filter((each) => !/refused, 0 more|added, 1 more/.test(each))).toEqual([]);
    expect(outcomes.at(0)).toContain('refused');
    expect(outcomes.at(-1)).toContain('added');
    const withJobs = async () => new Set((await api.jobs.list({})).map(({ videoId }) => videoId)).size;
    await expect.poll(withJobs).toBe((await api.videos.list({})).videos.length);
    expect(notices.filter(({ title }) => title === 'The disk is full').length).toBeGreaterThan(0);
  });

  it('takes a video out and brings it back, or says that nothing was changed', async (context) => {
    const { test, api, withFreePages, addAt } = await onSmallDisk(context);
    const outcomes: string[] = [];
    for (const pages of FREE_PAGES) {
      // Not measured yet: as it comes back it gets its jobs.
      const { added } = await test.core.services.videos.add([await addAt(`walk-${pages}.mp4`)], 'ann');
      const there = async () => (await api.videos.list({})).videos.filter(({ id }) => added.includes(id)).length;
      const removed = await withFreePages(pages, () => api.videos.remove({ videoIds: added }));
      outcomes.push(
        `removing with ${pages} pages: ${'failed' in removed ? 'refused' : 'done'}, ${(await there()) === 0 ? 'done' : 'refused'}`,
      );
      if ((await there()) > 0) await api.videos.remove({ videoIds: added });
      const undone = await withFreePages(pages, () => api.history.undo({}));
      const isRefused = undone !== null && 'failed' in undone;
      outcomes.push(`undoing with ${pages} pages: ${isRefused ? 'refused' : 'done'}, ${(await there()) === 0 ? 'refused' : 'done'}`);
    }
    expect(outcomes.filter((each) => !/refused, refused|done, done/.test(each))).toEqual([]);
  });
});
