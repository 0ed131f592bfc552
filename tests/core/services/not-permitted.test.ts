import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { JobId } from '#shared/domain/ids.ts';
import { asPerson } from '../../helpers/as-person.ts';
import { changeDatabase, openHere } from '../../helpers/project-from-elsewhere.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

async function closedProject(name = 'Demo') {
  const test = startTestCore();
  const { displayPath: folder } = await test.core.services.projects.createIn(temporaryFolder(), name);
  const videoId = await addMeasuredVideo(test);
  await test.core.close();
  return { folder, videoId, video: path.join(test.dataDir, 'holiday.mp4') };
}

describe.skipIf(process.platform === 'win32')('what a person may not write or read', () => {
  it('opens a project for reading where it is the database', () =>
    asPerson(async () => {
      const { folder, videoId } = await closedProject();
      chmodSync(path.join(folder, 'project.db'), 0o400);
      const { core, as, notices } = await openHere(folder);
      expect(core.services.projects.current()).toMatchObject({ readOnly: 'folder', videoCount: 1 });
      expect(notices).toContainEqual(expect.objectContaining({ title: '"Demo" is open read-only' }));
      await expect(as('ann').api.shots.split({ videoId, frame: 10 })).rejects.toMatchObject({ code: 'read-only' });
    }));

  it('is made anew where it is the lock, which would keep nobody out', () =>
    asPerson(async () => {
      const { folder } = await closedProject();
      chmodSync(path.join(folder, '.lock'), 0o400);
      const { core } = await openHere(folder);
      expect(core.services.projects.current()).toMatchObject({ readOnly: null });
      expect(statSync(path.join(folder, '.lock')).mode & 0o200).toBe(0o200);
    }));

  it('keeps nobody from a project whose backups cannot be listed, and says why there are none', () =>
    asPerson(async () => {
      const { folder, videoId } = await closedProject();
      const backups = path.join(folder, 'backups');
      mkdirSync(backups, { recursive: true });
      for (const mode of [0o000, 0o500]) {
        chmodSync(backups, mode);
        const { core, as, notices } = await openHere(folder);
        const { api } = as('ann');
        await api.shots.split({ videoId, frame: mode === 0 ? 10 : 20 });
        const named = { code: 'forbidden', message: expect.stringContaining(path.join('Demo.shotluck', 'backups')) };
        await expect(api.projects.backUp({})).rejects.toMatchObject(named);
        if (mode === 0)
          await expect(api.projects.backups({ ref: core.services.projects.current()?.ref ?? '' })).rejects.toMatchObject(named);
        await core.services.projects.close();
        expect(notices).toContainEqual(expect.objectContaining({ title: '"Demo" gets no backups', message: named.message }));
      }
      chmodSync(backups, 0o700);
    }));

  it('is named where an export finds it', () =>
    asPerson(async () => {
      const { folder } = await closedProject();
      const { core } = await openHere(folder);
      chmodSync(path.join(folder, 'exports'), 0o500);
      const [jobId = JobId.parse('none')] = core.services.jobs.enqueue([{ kind: 'export', formatId: 'srt', options: {} }], false, 'ann');
      await core.services.jobs.idle();
      expect(core.services.jobs.get(jobId)).toMatchObject({
        state: 'failed',
        error: { code: 'forbidden', message: expect.stringMatching(/exports\/srt-.*EACCES/) },
      });
      chmodSync(path.join(folder, 'exports'), 0o700);
    }));

  it('leaves a project that is seen as a copy with the words for a video that is missing', () =>
    asPerson(async () => {
      const { folder, videoId, video } = await closedProject();
      rmSync(video);
      chmodSync(folder, 0o500);
      const { core } = await openHere(folder);
      expect(core.services.projects.current()).toMatchObject({ readOnly: 'folder', videoCount: 1 });
      await expect(core.resolveMedia(mediaUrls.video(videoId))).rejects.toMatchObject({ code: 'media-missing' });
      await core.services.projects.close();
      chmodSync(folder, 0o700);
    }));
});

describe('the project that is open', () => {
  it('stays so where another one turns out to be broken only as it begins', async () => {
    const broken = await closedProject('Broken');
    const { folder, videoId } = await closedProject();
    const { core, as } = await openHere(broken.folder);
    await core.services.projects.openFolder(folder);
    changeDatabase(broken.folder, `UPDATE video_files SET probe = '{"width": '`);
    await expect(core.services.projects.openFolder(broken.folder)).rejects.toMatchObject({ code: 'internal' });
    expect(core.services.projects.current()).toMatchObject({ name: 'Demo', readOnly: null });
    expect(await as('ann').api.shots.split({ videoId, frame: 10 })).toHaveLength(2);
  });
});
