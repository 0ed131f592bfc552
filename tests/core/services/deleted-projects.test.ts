import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addMeasuredVideo, startTestCore } from '../../helpers/test-core.ts';
import { readNotice, type ReadNotice } from '../../helpers/notices.ts';

/** An open project with one measured video, and the person who works on it. */
async function openProject() {
  const test = startTestCore();
  const { api } = test.as('ann');
  const info = await api.projects.create({ name: 'Demo' });
  const notices: ReadNotice[] = [];
  test.core.events.on('notice', (notice) => notices.push(readNotice(notice)));
  return { ...test, api, notices, folder: info.displayPath, videoId: await addMeasuredVideo(test) };
}
type OpenProject = Awaited<ReturnType<typeof openProject>>;

describe('a project folder that is deleted, or moved to another disk, while it is open', () => {
  /** As a move to another disk does it: a copy is made, and what is written before the old one is deleted is not in it. */
  async function moveElsewhere(test: OpenProject, deleted: string): Promise<void> {
    cpSync(test.folder, path.join(test.dataDir, 'Elsewhere.shotluck'), { recursive: true });
    await test.api.texts.edit({ videoId: test.videoId, shotId: null, kind: 'summary', text: 'The last words' });
    rmSync(deleted, { recursive: true });
  }

  async function expectLastWordsIn(test: OpenProject): Promise<void> {
    const [rescued] = test.core.services.projects.recent();
    expect(rescued).toMatchObject({ name: expect.stringMatching(/^Demo rescued /u), isMissing: false });
    if (rescued !== undefined) await test.api.projects.open({ ref: rescued.ref });
    expect(await test.api.projects.current({})).toMatchObject({ readOnly: null });
    expect(await test.api.texts.current({ videoId: test.videoId })).toMatchObject([{ text: 'The last words' }]);
    await test.api.texts.edit({ videoId: test.videoId, shotId: null, kind: 'summary', text: 'Goes on' });
  }

  it.each([
    ['the folder', (folder: string) => folder],
    ['the log alone', (folder: string) => path.join(folder, 'project.db-wal')],
  ])('is saved as a project of its own, with the last words: %s', async (_what, deleted) => {
    const test = await openProject();
    await moveElsewhere(test, deleted(test.folder));
    await expect
      .poll(() => test.notices)
      .toContainEqual(expect.objectContaining({ level: 'error', title: expect.stringMatching(/^"Demo" was saved as "Demo rescued /u) }));
    expect(JSON.stringify(test.notices)).not.toContain('saved in it');
    await expect(test.api.texts.edit({ videoId: test.videoId, shotId: null, kind: 'summary', text: 'Into nothing' })).rejects.toMatchObject(
      { code: 'read-only' },
    );
    await expectLastWordsIn(test);
  });

  it('is saved also when that shows only as it closes', async () => {
    const test = await openProject();
    await moveElsewhere(test, test.folder);
    await test.core.services.projects.close();
    await expectLastWordsIn(test);
  });

  it('is tried again as it closes, where it could not be saved at once', async () => {
    const test = await openProject();
    const inTheWay = path.join(test.dataDir, 'projects');
    await moveElsewhere(test, inTheWay);
    writeFileSync(inTheWay, '');
    await expect.poll(() => test.notices).toContainEqual(expect.objectContaining({ level: 'error', title: '"Demo" is not saved' }));
    rmSync(inTheWay);
    await test.core.services.projects.close();
    await expectLastWordsIn(test);
  });
});
