import { cpSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeDatabase } from '../../helpers/project-from-elsewhere.ts';
import { addMeasuredVideo, joinAs, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

/** A project in which Olga, its owner, took a video out and brought it back, and cancelled a copy; as it lies in a folder of another computer. */
async function movedProject() {
  const test = startTestCore();
  const { projects, texts } = test.core.services;
  const { displayPath } = await projects.createIn(test.dataDir, 'Holiday');
  const olga = await joinAs(test.core, 'owner', 'Olga');
  const videoId = await addMeasuredVideo(test, 'one.mp4', 100, 'Olga');
  const other = await addMeasuredVideo(test, 'two.mp4', 100, 'Olga');
  texts.edit({ videoId, shotId: null, kind: 'summary' }, 'Words of the owner.', 'Olga');
  await olga.api.videos.remove({ videoIds: [other] });
  await olga.api.history.undo({});
  const [jobId] = await olga.api.jobs.enqueue({ requests: [{ kind: 'archive', isZip: true }] });
  if (jobId === undefined) throw new Error('not queued');
  await olga.api.jobs.cancel({ jobIds: [jobId] });
  await test.core.close();
  const folder = path.join(temporaryFolder(), 'Moved.shotluck');
  cpSync(displayPath, folder, { recursive: true });
  return { folder, jobId, firstDataDir: test.dataDir };
}

/** Of a studio that kept no names of owners in projects. */
const forgetOwners = (folder: string): void => changeDatabase(folder, 'DELETE FROM owner_names');

describe('a project on a computer that never heard of its owner', () => {
  it('gives no annotator the name of the owner, however it is written', async () => {
    const { folder } = await movedProject();
    const { core } = startTestCore();
    await core.services.projects.openFolder(folder);
    const ben = await joinAs(core, 'annotator', null);
    for (const name of ['Olga', 'OLGA', ' olga '])
      await expect(ben.api.people.introduce({ name })).rejects.toMatchObject({ code: 'conflict' });
    expect(await ben.api.people.introduce({ name: 'Ben' })).toMatchObject({ name: 'Ben' });
  });

  it('has an annotator say another name who had said that of its owner before it was opened', async () => {
    const { folder } = await movedProject();
    const { core } = startTestCore();
    const ben = await joinAs(core, 'annotator', 'olga');
    await core.services.projects.openFolder(folder);
    expect(await ben.api.people.me({})).toMatchObject({ name: null, isNameChosen: false });
    await expect(ben.api.history.undo({})).rejects.toMatchObject({ code: 'forbidden' });
    await ben.api.people.introduce({ name: 'Ben' });
    expect(await ben.api.history.undo({})).toBeNull();
  });

  it('lets nobody but owners take out videos by redo, or have a copy of it made by a job that is there', async () => {
    const { folder, jobId } = await movedProject();
    forgetOwners(folder);
    const { core } = startTestCore();
    await core.services.projects.openFolder(folder);
    const { videos, jobs } = core.services;
    const ben = await joinAs(core, 'annotator', 'Olga');
    const refused = { code: 'forbidden' };
    await expect(ben.api.history.redo({})).rejects.toMatchObject(refused);
    for (const again of [ben.api.jobs.retry, ben.api.jobs.resume]) await expect(again({ jobIds: [jobId] })).rejects.toMatchObject(refused);
    expect(videos.list()).toHaveLength(2);
    expect(jobs.get(jobId)).toMatchObject({ state: 'cancelled' });
    const max = await joinAs(core, 'owner', 'Max');
    await max.api.jobs.retry({ jobIds: [jobId] });
    await jobs.idle();
    expect(jobs.get(jobId)).toMatchObject({ state: 'done' });
  });

  it('keeps the names that an earlier studio did not keep, once it was opened where they are known', async () => {
    const { folder, firstDataDir } = await movedProject();
    forgetOwners(folder);
    const home = startTestCore({ dataDir: firstDataDir });
    await home.core.services.projects.openFolder(folder);
    await home.core.close();
    const { core } = startTestCore();
    await core.services.projects.openFolder(folder);
    await expect(joinAs(core, 'annotator', 'olga')).rejects.toMatchObject({ code: 'conflict' });
  });
});

it('a video that an owner took out does not go again, or come back, by an annotator of the same name', async () => {
  const test = startTestCore();
  const { projects, videos } = test.core.services;
  await projects.createIn(test.dataDir, 'Holiday');
  const videoId = await addMeasuredVideo(test, 'one.mp4', 100, 'Ben');
  // As a studio did it that did not keep who its owners were.
  videos.remove([videoId], 'Ben');
  const ben = await joinAs(test.core, 'annotator', 'Ben');
  await expect(ben.api.history.undo({})).rejects.toMatchObject({ code: 'forbidden' });
  expect(videos.list()).toHaveLength(0);
});
