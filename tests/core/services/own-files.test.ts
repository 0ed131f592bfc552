import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openRegularFile } from '#core/base/files/regular-file.ts';
import { placeOf } from '#core/media/clip-place.ts';
import { openScoreFile } from '#core/steps/detect/score-file.ts';
import { changeDatabase, openHere, projectFromElsewhere } from '../../helpers/project-from-elsewhere.ts';
import { startTestCore, startWithVideo, temporaryFolder } from '../../helpers/test-core.ts';
import { noticesOf } from '../../helpers/notices.ts';
import { saying } from '../../helpers/saying.ts';

/** What another studio would find, which must be a process of its own: locks of one process are none to itself. */
const ASK = `
const Database = require('better-sqlite3');
const ask = (file, statements) => {
  const db = new Database(file, { timeout: 0, fileMustExist: true });
  try { for (const statement of statements) db.exec(statement); return 'free'; } catch (error) { return error.code; } finally { db.close(); }
};
const folder = process.argv[1];
console.log(ask(folder + '/.lock', ['BEGIN EXCLUSIVE']), ask(folder + '/project.db', ['PRAGMA locking_mode = EXCLUSIVE', 'SELECT count(*) FROM sqlite_schema']));
`;

function locksOf(folder: string): string {
  const asked = spawnSync(process.execPath, ['-e', ASK, folder], { encoding: 'utf8', cwd: path.resolve(import.meta.dirname, '../../..') });
  return asked.stdout.trim() + asked.stderr;
}

const HELD = 'SQLITE_BUSY SQLITE_BUSY';

const nameAsVideo = (folder: string, file: string): void =>
  changeDatabase(folder, `UPDATE video_files SET path = ?, state = 'missing'`, file);

describe.skipIf(process.platform === 'win32')('the files of a project that is open', () => {
  it.each(['.lock', 'project.db', 'project.db-wal', 'project.db-shm'])(
    'are not opened as a video, whatever the project says: %s',
    async (name) => {
      const { folder, videoId } = await projectFromElsewhere(({ folder: gift }) => nameAsVideo(gift, `${gift}${path.sep}${name}`));
      const { core } = await openHere(folder);
      await core.services.videos.locateFiles();
      await expect(core.services.videos.openSource(videoId)).rejects.toMatchObject({ code: 'media-missing' });
      core.services.videos.chooseWhereTheyLie();
      await core.services.videos.locateFiles();
      await expect(core.services.videos.openSource(videoId)).rejects.toMatchObject({
        message: expect.stringContaining('keeps in the project'),
      });
      expect(locksOf(folder)).toBe(HELD);
    },
  );

  it.each(['.lock', 'project.db'])('are not opened by a link among the videos: %s', async (name) => {
    const { folder, videoId } = await projectFromElsewhere(({ folder: gift }) => {
      symlinkSync(path.join(gift, name), path.join(gift, 'a.mp4'));
      nameAsVideo(gift, path.join(gift, 'a.mp4'));
    });
    const { core } = await openHere(folder);
    await expect(core.services.videos.openSource(videoId)).rejects.toMatchObject({ code: 'media-missing' });
    expect(locksOf(folder)).toBe(HELD);
  });

  it('have one name each from then on, also where an archive gave them several', async () => {
    const { folder, videoId } = await projectFromElsewhere(({ folder: gift }) => {
      linkSync(path.join(gift, '.lock'), path.join(gift, 'lock.mp4'));
      nameAsVideo(gift, path.join(gift, 'a.mp4'));
      linkSync(path.join(gift, 'project.db'), path.join(gift, 'a.mp4'));
    });
    const { core } = await openHere(folder);
    for (const name of ['.lock', 'project.db']) expect(statSync(path.join(folder, name)).nlink).toBe(1);
    await core.services.videos.openSource(videoId).catch(() => undefined);
    expect(locksOf(folder)).toBe(HELD);
  });

  it('are not added as videos by a person either, by whatever name', async () => {
    const { core, dataDir } = await startWithVideo();
    const folder = path.join(dataDir, 'Demo.shotluck');
    const chosen = temporaryFolder();
    symlinkSync(path.join(folder, '.lock'), path.join(chosen, 'link.mp4'));
    linkSync(path.join(folder, 'project.db'), path.join(chosen, 'hard.mp4'));
    linkSync(path.join(folder, '.lock'), path.join(chosen, 'lock.mp4'));
    const files = [...['link.mp4', 'hard.mp4', 'lock.mp4'].map((name) => path.join(chosen, name)), path.join(folder, 'project.db')];
    const { added, refused } = await core.services.videos.addFiles(files, 'ann');
    expect(added).toEqual([]);
    expect(refused.map(({ reason }) => reason)).toEqual(files.map(() => saying('keeps in the project')));
    expect(locksOf(folder)).toBe(HELD);
  });

  it('are opened by nothing that opens files for reading, nor by the scores of a detection', async () => {
    const { dataDir } = await startWithVideo();
    const folder = path.join(dataDir, 'Demo.shotluck');
    for (const name of ['.lock', 'project.db', 'project.db-wal'])
      await expect(openRegularFile(path.join(folder, name))).rejects.toThrow('keeps in a project');
    mkdirSync(path.join(folder, 'cache', 'v'));
    symlinkSync(path.join(folder, 'project.db'), path.join(folder, 'cache', 'v', 'scores.f32'));
    const scores = openScoreFile(path.join(folder, 'cache', 'v', 'scores'));
    expect(scores.frameCount).toBe(0);
    scores.close();
    expect(locksOf(folder)).toBe(HELD);
  });

  it('are not opened as a clip that is there already', async () => {
    const outDir = temporaryFolder();
    const { dataDir } = await startWithVideo();
    const folder = path.join(dataDir, 'Demo.shotluck');
    symlinkSync(path.join(folder, '.lock'), path.join(outDir, 'a_0_9.mp4'));
    const place = await placeOf({
      outDir,
      clipBaseName: 'a',
      range: { startFrame: 0, endFrame: 10 },
      mode: 'exact',
      mark: `shotluck-${'0'.repeat(32)}`,
    });
    expect(place).toMatchObject({ isWritten: false, file: expect.not.stringMatching(/^a_0_9\.mp4$/) });
    expect(locksOf(folder)).toBe(HELD);
  });

  it('are refused where the state that is kept beside them is a link', async () => {
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      rmSync(path.join(gift, '.state.json'));
      symlinkSync('.lock', path.join(gift, '.state.json'));
    });
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('is a link') });
  });
});

describe('nothing more is acknowledged', () => {
  it.skipIf(process.platform === 'win32')('once the log of the open project was replaced by another one', async () => {
    const test = await startWithVideo();
    const notices = noticesOf(test);
    const log = path.join(test.dataDir, 'Demo.shotluck', 'project.db-wal');
    copyFileSync(log, `${log}.new`);
    rmSync(log);
    copyFileSync(`${log}.new`, log);
    const edit = (): Promise<unknown> =>
      test
        .as('ann')
        .api.texts.edit({ videoId: test.videoId, shotId: null, kind: 'summary', text: `At ${performance.now()}` })
        .catch((error: unknown) => error);
    await expect.poll(edit).toMatchObject({ code: 'read-only' });
    await expect
      .poll(() => notices)
      .toContainEqual(expect.objectContaining({ level: 'error', title: expect.stringMatching(/^"Demo" was saved as /u) }));
  });

  it('once the disk could not read the project', async () => {
    const broken = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' });
    const test = startTestCore({ host: { checkDatabase: () => Promise.reject(broken) } });
    const notices = noticesOf(test);
    await test.core.services.projects.createIn(test.dataDir, 'Demo');
    await expect(test.core.services.projects.backUp()).rejects.toThrow('disk I/O error');
    expect(test.core.services.projects.current()).toMatchObject({ readOnly: 'disk-error' });
    expect(notices).toContainEqual(expect.objectContaining({ level: 'error', message: expect.stringContaining('disk reports errors') }));
    await test.core.services.projects.close();
    const db = new Database(path.join(test.dataDir, 'Demo.shotluck', 'project.db'), { readonly: true });
    expect(db.pragma('quick_check(1)', { simple: true })).toBe('ok');
    db.close();
  });
});
