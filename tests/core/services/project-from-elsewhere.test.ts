import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Events } from '#shared/contract/events.ts';
import { CLIPS_ARCHIVE, mediaUrls } from '#shared/contract/media-urls.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';

interface Stranger {
  readonly folder: string;
  readonly videoId: VideoId;
  /** A folder that is none of the project's. */
  readonly outside: string;
}

/** A project that somebody else made, closed in order and then changed by `change`. */
async function projectFromElsewhere(change: (stranger: Stranger) => void): Promise<Stranger> {
  const test = startTestCore();
  const info = await test.core.services.projects.createIn(temporaryFolder(), 'Gift');
  const videoId = await addMeasuredVideo(test);
  await test.core.close();
  const stranger = { folder: info.displayPath, videoId, outside: temporaryFolder() };
  change(stranger);
  return stranger;
}

function changeDatabase(folder: string, sql: string, ...values: unknown[]): void {
  const db = new Database(path.join(folder, 'project.db'));
  if (values.length === 0) db.exec(sql);
  else db.prepare(sql).run(...values);
  db.close();
}

const JOB_ID = JobId.parse('from-elsewhere');

/** A job as its row would say it. */
function writeJob(folder: string, job: { kind: string; params: object; state?: string; checkpoint?: object; result?: object }): void {
  changeDatabase(
    folder,
    `INSERT INTO jobs (id, sequence, kind, title, actor, params, state, checkpoint, result, created_at_ms) VALUES (?, 900, ?, 'A job', 'somebody', ?, ?, ?, ?, 0)`,
    JOB_ID, job.kind, JSON.stringify(job.params), job.state ?? 'queued', job.checkpoint === undefined ? null : JSON.stringify(job.checkpoint), job.result === undefined ? null : JSON.stringify(job.result),
  );
}

async function openHere(folder: string): Promise<TestCore & { notices: Events['notice'][] }> {
  const test = startTestCore();
  const notices: Events['notice'][] = [];
  test.core.events.onAny((name, payload) => {
    if (name === 'notice') notices.push(payload as Events['notice']);
  });
  await test.core.services.projects.openFolder(folder);
  await test.core.services.jobs.idle();
  return { ...test, notices };
}

const EXPORT = { formatId: 'shot2story', options: {} };

describe('unfinished jobs of a project that was never open on this computer', () => {
  it('wait until a person resumes them, and a notice says so', async () => {
    const { folder } = await projectFromElsewhere((stranger) => writeJob(stranger.folder, { kind: 'export', params: { ...EXPORT, folder: null } }));
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
  ])('write nothing into a folder that nobody chose here: %s', async (kind, params) => {
    const { folder, outside } = await projectFromElsewhere((stranger) => writeJob(stranger.folder, { kind, params: { ...params(stranger), folder: stranger.outside } }));
    const { core } = await openHere(folder);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'failed', error: { code: 'invalid-input', message: expect.stringContaining('Nobody chose') } });
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

  it('begin in a folder of their own, whatever their record says they had begun', async () => {
    const { folder, outside } = await projectFromElsewhere((stranger) =>
      writeJob(stranger.folder, { kind: 'export', params: { ...EXPORT, folder: null }, checkpoint: { folder: stranger.outside } }));
    const { core } = await openHere(folder);
    core.services.jobs.resume([JOB_ID]);
    await core.services.jobs.idle();
    expect(core.services.jobs.get(JOB_ID)).toMatchObject({ state: 'done', result: { folder: expect.stringContaining(path.join(folder, 'exports')) } });
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('a project from elsewhere', () => {
  it.each([null, CLIPS_ARCHIVE])('opens no files of this computer by what it says that was exported, as archive: %s', async (archive) => {
    const { folder, outside } = await projectFromElsewhere(({ folder: gift, outside: other }) => {
      writeFileSync(path.join(other, 'private.txt'), 'private');
      writeJob(gift, { kind: 'export', params: {}, state: 'done', result: { folder: other, files: ['private.txt'], counts: {}, leftOutCount: 0 } });
      changeDatabase(gift, 'INSERT INTO exported_sets (job_id, folder, files, archive, created_at_ms) VALUES (?, ?, ?, ?, 0)', JOB_ID, other, '["private.txt"]', archive);
    });
    const { core } = await openHere(folder);
    expect(existsSync(path.join(outside, 'private.txt'))).toBe(true);
    expect(await core.resolveMedia(mediaUrls.exportFile(JOB_ID, 'private.txt'))).toBeNull();
    expect(await core.resolveMedia(mediaUrls.exportFile(JOB_ID, CLIPS_ARCHIVE))).toBeNull();
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

  it.each(['cache', 'exports', 'backups'])('is refused when its folder "%s" is a link, and what is behind it stays', async (name) => {
    const { folder, outside } = await projectFromElsewhere(({ folder: gift, outside: other }) => {
      rmSync(path.join(gift, name), { recursive: true, force: true });
      symlinkSync(other, path.join(gift, name));
      for (let day = 10; day < 30; day++) writeFileSync(path.join(other, `2020-01-${day}T00-00-00.000Z.db`), 'another project’s backup');
      writeFileSync(path.join(other, 'download.part'), 'half a download');
    });
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(new RegExp(`“${name}”.*is a link.*Nothing was opened`)) });
    expect(readdirSync(outside)).toHaveLength(21);
  });

  it.each(['project.db', '.lock', 'project.db-wal', 'project.db-journal'])('is refused when "%s" is a link to a file elsewhere', async (name) => {
    const { folder, outside } = await projectFromElsewhere(({ folder: gift, outside: other }) => {
      rmSync(path.join(gift, name), { force: true });
      symlinkSync(path.join(other, 'file'), path.join(gift, name));
      if (name === 'project.db') writeFileSync(path.join(other, 'file'), '');
    });
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('is a link') });
    expect(readdirSync(outside)).toHaveLength(name === 'project.db' ? 1 : 0);
  });

  it.each([
    ['a trigger', `CREATE TRIGGER theirs AFTER INSERT ON history BEGIN DELETE FROM transcript_segments; END`, 'trigger “theirs”'],
    ['a view in the place of a table', `ALTER TABLE screen_frames RENAME TO old; CREATE VIEW screen_frames AS SELECT * FROM old`, '“'],
    ['a computed column', `ALTER TABLE videos ADD COLUMN theirs TEXT GENERATED ALWAYS AS (upper(name)) VIRTUAL`, 'table “videos”'],
    ['an index with an expression', `CREATE INDEX theirs ON videos (upper(name))`, 'index “theirs”'],
  ])('is refused with %s that the studio did not make', async (_, sql, named) => {
    const { folder } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, sql));
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(named) });
  });

  it('is refused with a view of its own also when it says that a newer studio made it', async () => {
    const { folder } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, `CREATE VIEW theirs AS SELECT 1; PRAGMA user_version = 4000`));
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('view “theirs”') });
  });

  it('that has statistics of SQLite in it is opened', async () => {
    const { folder } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, 'ANALYZE'));
    const { core } = await openHere(folder);
    expect(core.services.videos.list()).toHaveLength(1);
  });

  it('may have pipes and links among its backups: they are not listed and hold nothing up', { skip: process.platform === 'win32' }, async () => {
    const { folder } = await projectFromElsewhere(({ folder: gift, outside }) => {
      mkdirSync(path.join(gift, 'backups'), { recursive: true });
      symlinkSync(path.join(outside, 'nothing'), path.join(gift, 'backups', '2025-01-01T00-00-00.000Z.db'));
      const pipe = path.join(gift, 'backups', '2025-01-02T00-00-00.000Z.db');
      spawnSync('mkfifo', [pipe]);
      // Somebody holds its other end, so that a studio which opened it would fail rather than wait for ever.
      const otherEnd = openSync(pipe, 'r+');
      onTestFinished(() => closeSync(otherEnd));
    });
    const { core } = await openHere(folder);
    expect(core.services.projects.backupsIn(folder).filter(({ id }) => id.startsWith('2025'))).toEqual([]);
  });

  it('gives back no backup that holds what the studio did not make', async () => {
    const backup = '2026-01-01T00-00-00.000Z.db';
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      mkdirSync(path.join(gift, 'backups'), { recursive: true });
      const db = new Database(path.join(gift, 'project.db'));
      db.prepare('VACUUM INTO ?').run(path.join(gift, 'backups', backup));
      db.close();
      const copy = new Database(path.join(gift, 'backups', backup));
      copy.exec('CREATE VIEW theirs AS SELECT 1');
      copy.close();
    });
    const { core } = await openHere(folder);
    await expect(core.services.projects.restoreIn(folder, backup)).rejects.toMatchObject({ code: 'invalid-input' });
    await core.services.projects.openFolder(folder);
    expect(core.services.videos.list()).toHaveLength(1);
  });
});
