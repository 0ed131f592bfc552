import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIPS_ARCHIVE, mediaUrls } from '#shared/contract/media-urls.ts';
import { changeDatabase, JOB_ID, openHere, projectFromElsewhere, type Stranger, writeJob } from '../../helpers/project-from-elsewhere.ts';
import { addMeasuredVideo, startTestCore, startWithVideo, temporaryFolder } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';

const EXPORT = { formatId: 'shot2story', options: {} };

describe('unfinished jobs of a project that was never open on this computer', () => {
  it('wait until a person resumes them, and a notice says so', async () => {
    const { folder } = await projectFromElsewhere((stranger) =>
      writeJob(stranger.folder, { kind: 'export', params: { ...EXPORT, folder: null } }),
    );
    const { core, notices } = await openHere(folder);
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'paused' });
    expect(notices).toContainEqual(expect.objectContaining({ title: 'Jobs from another computer are waiting' }));
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'done', error: null });
  });

  it.each([
    ['export', () => ({ ...EXPORT })],
    ['clips', ({ videoId }: Stranger) => ({ videoIds: [videoId], mode: 'copy' })],
    ['archive', () => ({ withVideos: true, isZip: false })],
  ])('write nothing into a folder that nobody chose here: %s', async (kind, params) => {
    const { folder, outside } = await projectFromElsewhere((stranger) =>
      writeJob(stranger.folder, { kind, params: { ...params(stranger), folder: stranger.outside } }),
    );
    const { core } = await openHere(folder);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({
      state: 'failed',
      error: { code: 'invalid-input', message: expect.stringContaining('Nobody chose') },
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('read no data set that nobody chose here', async () => {
    const { folder } = await projectFromElsewhere(({ folder: gift, outside }) => {
      const file = path.join(outside, 'private.json');
      writeFileSync(file, '[]');
      writeJob(gift, { kind: 'import-dataset', params: { ...EXPORT, file, mediaFolder: null } });
    });
    const { core } = await openHere(folder);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ error: { message: expect.stringContaining('Nobody chose “private.json”') } });
  });

  it('look at no clips of a folder that nobody chose here', async () => {
    const { folder } = await projectFromElsewhere((stranger) =>
      writeJob(stranger.folder, { kind: 'validate', params: { ...EXPORT, copies: false, folder: stranger.outside } }),
    );
    const { core } = await openHere(folder);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ error: { message: expect.stringContaining('Nobody chose') } });
  });

  it('begin in a folder of their own, whatever their record says they had begun', async () => {
    const { folder, outside } = await projectFromElsewhere((stranger) =>
      writeJob(stranger.folder, { kind: 'export', params: { ...EXPORT, folder: null }, checkpoint: { folder: stranger.outside } }),
    );
    const { core } = await openHere(folder);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({
      state: 'done',
      result: { folder: expect.stringContaining(path.join(folder, 'exports')) },
    });
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('unfinished jobs wait for a person, too', () => {
  const waiting = (stranger: Stranger): void => writeJob(stranger.folder, { kind: 'export', params: { ...EXPORT, folder: null } });

  it('when the project could only be read when it was first opened', async () => {
    const { folder } = await projectFromElsewhere(waiting);
    const { core } = startTestCore();
    await core.services.projects.openFolder(folder, { readOnly: true });
    await core.services.projects.openFolder(folder);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'paused' });
  });

  it('when it could not be opened, and a backup of it is restored', async () => {
    const backup = '2026-01-01T00-00-00.000Z.db';
    const { folder } = await projectFromElsewhere((stranger) => {
      waiting(stranger);
      mkdirSync(path.join(stranger.folder, 'backups'), { recursive: true });
      renameSync(path.join(stranger.folder, 'project.db'), path.join(stranger.folder, 'backups', backup));
      writeFileSync(path.join(stranger.folder, 'project.db'), 'no database '.repeat(500));
    });
    const { core } = startTestCore();
    expect(await core.services.projects.openOrShow(folder)).toBeNull();
    await core.services.projects.restoreIn(folder, backup);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'paused' });
  });

  it('when it took the place of one that was worked with here', async () => {
    const { folder } = await projectFromElsewhere(waiting);
    const test = startTestCore();
    const own = await test.core.services.projects.createIn(test.dataDir, 'Own');
    await test.core.services.projects.close();
    rmSync(own.displayPath, { recursive: true });
    renameSync(folder, own.displayPath);
    await test.core.services.projects.openFolder(own.displayPath);
    await test.core.services.jobs.idle();
    expect(test.core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'paused' });
  });
});

describe('the videos of a project from elsewhere', () => {
  /** A project that says that its video is a private text of this computer. */
  const withPrivateFile = (row: { probe: boolean }) =>
    projectFromElsewhere(({ folder, outside }) => {
      const file = path.join(outside, 'private.txt');
      writeFileSync(file, 'private');
      changeDatabase(folder, `UPDATE video_files SET path = ?, fingerprint = NULL, state = 'ok'${row.probe ? '' : ', probe = NULL'}`, file);
    });

  it.each([{ probe: false }, { probe: true }])('are not opened where nobody chose them here, and say so: %j', async (row) => {
    const { folder, videoId } = await withPrivateFile(row);
    const { core } = await openHere(folder);
    await expect(core.resolveMedia(mediaUrls.video(videoId))).rejects.toMatchObject({ code: 'media-missing' });
    await expect(core.services.videos.openSource(videoId)).rejects.toMatchObject({
      code: 'media-missing',
      message: expect.stringMatching(/“private\.txt” was not opened.*comes from elsewhere.*shots and texts are safe.*Point the video/),
    });
    expect(core.services.videos.get(videoId)).toMatchObject({
      state: 'missing',
      stateReason: saying('comes from elsewhere'),
    });
  });

  it.each([{ probe: false }, { probe: true }])(
    'are given to nobody when they are no videos, also when a person opens them where they lie: %j',
    async (row) => {
      const { folder, videoId } = await withPrivateFile(row);
      const { core, as } = await openHere(folder);
      await as('ann').api.videos.openWhereTheyLie({});
      await core.services.jobs.idle();
      await expect(core.resolveMedia(mediaUrls.video(videoId))).rejects.toMatchObject({ code: 'media-missing' });
    },
  );

  it('are given to nobody when they are no videos, whatever the project says of their content', async () => {
    const { folder, videoId } = await projectFromElsewhere(() => undefined);
    const { core, as } = await openHere(folder);
    await as('ann').api.videos.openWhereTheyLie({});
    await core.services.videos.openSource(videoId);
    await expect(core.resolveMedia(mediaUrls.video(videoId))).rejects.toMatchObject({
      code: 'media-corrupt',
      message: expect.stringContaining('contains text'),
    });
  });

  it('are opened once a person says so, also after the project was closed, and when it can only be read', async () => {
    const { folder, videoId } = await projectFromElsewhere(() => undefined);
    const { core, as } = await openHere(folder);
    await expect(core.services.videos.openSource(videoId)).rejects.toMatchObject({ code: 'media-missing' });
    await as('ann').api.videos.openWhereTheyLie({});
    expect(core.services.videos.get(videoId)).toMatchObject({ state: 'ok', stateReason: null });
    await core.services.projects.close();
    await core.services.projects.openFolder(folder);
    expect(await core.services.videos.openSource(videoId)).toMatchObject({ path: expect.stringContaining('holiday.mp4') });
    const reader = startTestCore();
    await reader.core.services.projects.openFolder(folder);
    await expect(reader.core.services.videos.openSource(videoId)).rejects.toMatchObject({ code: 'media-missing' });
    await reader.as('ben').api.videos.openWhereTheyLie({});
    expect(await reader.core.services.videos.openSource(videoId)).toMatchObject({ path: expect.stringContaining('holiday.mp4') });
  });

  it('are opened when a person names their files', async () => {
    const { folder, videoId } = await projectFromElsewhere(() => undefined);
    const { core } = await openHere(folder);
    const file = path.join(temporaryFolder(), 'holiday.mp4');
    writeFileSync(file, 'holiday.mp4');
    expect(await core.services.videos.addFiles([file], 'ann')).toMatchObject({ added: [], known: [videoId] });
    expect(await core.services.videos.openSource(videoId)).toMatchObject({ path: file });
  });

  it('are never looked at on servers that only the project names', async () => {
    const { folder, videoId } = await projectFromElsewhere((stranger) =>
      changeDatabase(stranger.folder, 'UPDATE video_files SET path = ?', String.raw`\\files.example\share\video.mp4`),
    );
    const { core, as } = await openHere(folder);
    await as('ann').api.videos.openWhereTheyLie({});
    expect(core.services.videos.get(videoId)).toMatchObject({
      state: 'missing',
      stateReason: saying('“video.mp4” was not opened'),
    });
  });

  it('are opened without a question when they lie in its folder', async () => {
    const { folder, videoId } = await projectFromElsewhere((stranger) => {
      const file = path.join(stranger.folder, 'holiday.mp4');
      writeFileSync(file, 'holiday.mp4');
      changeDatabase(stranger.folder, 'UPDATE video_files SET path = ?', file);
    });
    const { core } = await openHere(folder);
    expect(await core.services.videos.openSource(videoId)).toMatchObject({ path: path.join(folder, 'holiday.mp4') });
  });

  it.each([{ key: 'damaged' }, { key: 'gone' }])(
    'stay closed when the key by which this computer knows what was chosen is $key',
    async ({ key }) => {
      const { folder, videoId } = await withPrivateFile({ probe: false });
      const first = await openHere(folder);
      await first.core.close();
      const keyFile = path.join(first.dataDir, 'seal-key.json');
      if (key === 'gone') rmSync(keyFile);
      else writeFileSync(keyFile, '{');
      const { core } = startTestCore({ dataDir: first.dataDir });
      await core.services.projects.openFolder(folder);
      await expect(core.services.videos.openSource(videoId)).rejects.toMatchObject({ code: 'media-missing' });
    },
  );
});

describe('a project from elsewhere', () => {
  it.each([null, CLIPS_ARCHIVE])('opens no files of this computer by what it says that was exported, as archive: %s', async (archive) => {
    const { folder, outside } = await projectFromElsewhere(({ folder: gift, outside: other }) => {
      writeFileSync(path.join(other, 'private.txt'), 'private');
      writeJob(gift, {
        kind: 'export',
        params: {},
        state: 'done',
        result: { folder: other, files: ['private.txt'], counts: {}, leftOutCount: 0 },
      });
      changeDatabase(
        gift,
        'INSERT INTO exported_sets (job_id, folder, files, archive, created_at_ms) VALUES (?, ?, ?, ?, 0)',
        JOB_ID,
        other,
        '["private.txt"]',
        archive,
      );
    });
    const { core } = await openHere(folder);
    expect(existsSync(path.join(outside, 'private.txt'))).toBe(true);
    expect(await core.resolveMedia(mediaUrls.exportFile(JOB_ID, 'private.txt'))).toBeNull();
    expect(await core.resolveMedia(mediaUrls.exportFile(JOB_ID, CLIPS_ARCHIVE))).toBeNull();
  });

  /** Somebody here chose a folder in a project of their own, to read videos and to export into; the folder's files were there before, or the export's. */
  async function withChosenFolder(place: string) {
    const test = startTestCore();
    const { projects, jobs } = test.core.services;
    await projects.createIn(temporaryFolder(), 'Own');
    await addMeasuredVideo(test);
    writeFileSync(path.join(test.dataDir, 'set.json'), '[]');
    const grant = async (file: string) => (await test.core.files.grantPath(file)).grantId;
    const [folderGrantId, grantId] = [await grant(place), await grant(path.join(test.dataDir, 'set.json'))];
    const [jobId] = jobs.enqueue(
      [
        { kind: 'export', ...EXPORT, folderGrantId },
        { kind: 'import-dataset', ...EXPORT, grantId, mediaGrantId: folderGrantId },
      ],
      false,
      'ann',
    );
    await jobs.idle();
    if (jobId === undefined) throw new Error('not queued');
    return { ...test, jobId };
  }

  it.each(['', 'below'])('opens no files of a folder that somebody chose here for another project: %j', async (below) => {
    const place = temporaryFolder();
    mkdirSync(path.join(place, 'below'));
    const { core, jobId } = await withChosenFolder(place);
    // What was exported there is opened in its own project.
    const exported = core.services.jobs.get(jobId);
    if (exported.kind !== 'export' || exported.result === null) throw new Error('not exported');
    const [file = ''] = exported.result.files;
    expect(await core.resolveMedia(mediaUrls.exportFile(jobId, file))).toMatchObject({ path: path.join(exported.result.folder, file) });
    writeFileSync(path.join(place, below, 'private.txt'), 'private');
    const { folder } = await projectFromElsewhere((stranger) => {
      const insert = 'INSERT INTO exported_sets (job_id, folder, files, archive, created_at_ms) VALUES (?, ?, ?, NULL, 0)';
      changeDatabase(stranger.folder, insert, JOB_ID, path.join(place, below), '["private.txt"]');
      changeDatabase(stranger.folder, insert, jobId, exported.result?.folder ?? '', JSON.stringify([file]));
    });
    await core.services.projects.openFolder(folder);
    expect(await core.resolveMedia(mediaUrls.exportFile(JOB_ID, 'private.txt'))).toBeNull();
    expect(await core.resolveMedia(mediaUrls.exportFile(jobId, file))).toBeNull();
  });

  it.each([
    ['export', (place: string) => ({ ...EXPORT, folder: place })],
    ['import-dataset', (place: string, dataDir: string) => ({ ...EXPORT, file: path.join(dataDir, 'set.json'), mediaFolder: place })],
    ['archive', (place: string) => ({ withVideos: true, isZip: true, folder: place })],
  ])('has no job at a folder that somebody chose here for another project: %s', async (kind, params) => {
    const place = temporaryFolder();
    const { core, dataDir } = await withChosenFolder(place);
    const before = readdirSync(place);
    const { folder } = await projectFromElsewhere((stranger) => writeJob(stranger.folder, { kind, params: params(place, dataDir) }));
    await core.services.projects.openFolder(folder);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('Nobody chose') } });
    expect(readdirSync(place)).toEqual(before);
  });

  it('writes into no folder of its own project that was chosen to read from', async () => {
    const place = temporaryFolder();
    const test = await startWithVideo();
    const { places } = test.core.services;
    places.choose(place, 'reading');
    expect([places.isChosen(place, 'reading'), places.isChosen(place, 'writing')]).toEqual([true, false]);
  });

  it('shows no file of this computer as a picture or curve by a link in its cache', async () => {
    const { folder, videoId } = await projectFromElsewhere(({ folder: gift, videoId: id, outside }) => {
      writeFileSync(path.join(outside, 'waveform.bin'), 'private');
      mkdirSync(path.join(gift, 'cache', id), { recursive: true });
      symlinkSync(path.join(outside, 'waveform.bin'), path.join(gift, 'cache', id, 'waveform.bin'));
      symlinkSync(outside, path.join(gift, 'cache', id, 'sprites'));
      writeFileSync(path.join(outside, 'sprite-0.jpg'), 'private');
    });
    const { core } = await openHere(folder);
    expect(await core.resolveMedia(mediaUrls.waveform(videoId))).toBeNull();
    expect(await core.resolveMedia(mediaUrls.sprite(videoId, 0))).toBeNull();
  });
});
