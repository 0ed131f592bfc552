import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addMeasuredVideo, startTestCore } from '../../helpers/test-core.ts';

/** An open project with one measured video. */
async function openProject() {
  const test = startTestCore();
  const info = await test.as('ann').api.projects.create({ name: 'Demo' });
  return { ...test, info, folder: info.displayPath, videoId: await addMeasuredVideo(test) };
}

describe('a project folder with something wrong in it', () => {
  it.each([
    ['a lock file with something in it', '.lock', 'x'.repeat(5_000)],
    ['a file in the place of the backups', 'backups', 'no folder'],
  ])('is opened and can be changed all the same: %s', async (_what, name, content) => {
    const first = await openProject();
    await first.core.close();
    rmSync(path.join(first.folder, name), { recursive: true, force: true });
    writeFileSync(path.join(first.folder, name), content);
    const second = startTestCore({ dataDir: first.dataDir });
    expect(await second.core.services.projects.openFolder(first.folder)).toMatchObject({ readOnly: null, videoCount: 1 });
    await second.as('ann').api.shots.split({ videoId: first.videoId, frame: 10 });
    const third = startTestCore();
    expect(await third.core.services.projects.openFolder(first.folder)).toMatchObject({ readOnly: 'other-studio' });
  });

  it.each([
    ['is missing', (file: string) => rmSync(file), { code: 'not-found', message: expect.stringContaining('Restore a backup') }],
    ['is empty', (file: string) => truncateSync(file), { code: 'damaged', message: expect.stringContaining('Restore a backup') }],
  ])('says what can be done when its database %s, and the backup brings it back', async (_what, spoil, problem) => {
    const first = await openProject();
    await first.core.close();
    spoil(path.join(first.folder, 'project.db'));
    const second = startTestCore({ dataDir: first.dataDir });
    const { api } = second.as('ann');
    await second.core.services.projects.reopenLast();
    const { ref } = first.info;
    expect(await api.projects.recent({})).toMatchObject([{ name: 'Demo', problem }]);
    const [backup] = await api.projects.backups({ ref });
    expect(await api.projects.restore({ ref, backupId: backup?.id ?? '' })).toMatchObject({ readOnly: null, videoCount: 1 });
  });

  it.each([
    ['before there was a database', []],
    ['when the database was still empty', ['.lock', 'project.db']],
  ])('because its making was interrupted is made after all: %s', async (_when, files) => {
    const test = startTestCore();
    const { projects } = test.core.services;
    const folder = path.join(test.dataDir, 'New.shotluck');
    mkdirSync(folder);
    for (const name of files) writeFileSync(path.join(folder, name), '');
    expect(await (files.length === 0 ? projects.createIn(test.dataDir, 'New') : projects.openFolder(folder))).toMatchObject({
      readOnly: null,
      videoCount: 0,
    });
  });
});
