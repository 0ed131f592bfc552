import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockProject } from '#core/project/folder/project-lock.ts';
import { changeDatabase, openHere, projectFromElsewhere } from '../../helpers/project-from-elsewhere.ts';
import { startTestCore } from '../../helpers/test-core.ts';

describe('a project from elsewhere', () => {
  it.each(['cache', 'exports', 'backups'])('is refused when its folder "%s" is a link, and what is behind it stays', async (name) => {
    const { folder, outside } = await projectFromElsewhere(({ folder: gift, outside: other }) => {
      rmSync(path.join(gift, name), { recursive: true, force: true });
      symlinkSync(other, path.join(gift, name));
      for (let day = 10; day < 30; day++) writeFileSync(path.join(other, `2020-01-${day}T00-00-00.000Z.db`), 'another project’s backup');
      writeFileSync(path.join(other, 'download.part'), 'half a download');
    });
    await expect(openHere(folder)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(new RegExp(`“${name}”.*is a link.*Nothing was opened`)),
    });
    expect(readdirSync(outside)).toHaveLength(21);
  });

  it.each(['project.db', '.lock', 'project.db-wal', 'project.db-journal'])(
    'is refused when "%s" is a link to a file elsewhere',
    async (name) => {
      const { folder, outside } = await projectFromElsewhere(({ folder: gift, outside: other }) => {
        rmSync(path.join(gift, name), { force: true });
        symlinkSync(path.join(other, 'file'), path.join(gift, name));
        if (name === 'project.db') writeFileSync(path.join(other, 'file'), '');
      });
      await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('is a link') });
      expect(readdirSync(outside)).toHaveLength(name === 'project.db' ? 1 : 0);
    },
  );

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
    const { folder } = await projectFromElsewhere((stranger) =>
      changeDatabase(stranger.folder, `CREATE VIEW theirs AS SELECT 1; PRAGMA user_version = 4000`),
    );
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('view “theirs”') });
  });

  it('is refused with a trigger under a name of SQLite’s own, which no statement can give', async () => {
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      const db = new Database(path.join(gift, 'project.db'));
      db.unsafeMode();
      db.pragma('writable_schema = 1');
      db.exec(
        `INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', 'sqlite_stat4', 'history', 0, 'CREATE TRIGGER sqlite_stat4 AFTER INSERT ON history BEGIN SELECT 1; END')`,
      );
      db.close();
    });
    await expect(openHere(folder)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('trigger “sqlite_stat4”'),
    });
  });

  it('that has statistics of SQLite in it is opened', async () => {
    const { folder } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, 'ANALYZE'));
    const { core } = await openHere(folder);
    expect(core.services.videos.list()).toHaveLength(1);
  });

  it(
    'may have pipes and links among its backups: they are not listed and hold nothing up',
    { skip: process.platform === 'win32' },
    async () => {
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
    },
  );

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

  it('is refused with what could run in a table that is not known here, also when it says that a newer studio made it', async () => {
    for (const [sql, named] of [
      [`ALTER TABLE videos ADD COLUMN theirs TEXT GENERATED ALWAYS AS (upper(name)) VIRTUAL`, 'table “videos”'],
      [`CREATE VIRTUAL TABLE theirs USING fts5 (text)`, 'table “theirs”'],
    ] as const) {
      const { folder } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, `${sql}; PRAGMA user_version = 4000`));
      await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(named) });
    }
  });

  it('is read when a newer studio added plain tables and columns, and its constraints are not run', async () => {
    // The check of the whole file would evaluate this one, and fail.
    const { folder } = await projectFromElsewhere((stranger) =>
      changeDatabase(
        stranger.folder,
        `PRAGMA ignore_check_constraints = ON; CREATE TABLE theirs (a INTEGER CHECK (a > 1)); INSERT INTO theirs VALUES (0); ALTER TABLE videos ADD COLUMN b TEXT; PRAGMA user_version = 4000`,
      ),
    );
    const { core } = await openHere(folder);
    expect(core.services.projects.current()).toMatchObject({ readOnly: 'newer', videoCount: 1 });
  });

  it.each([
    [
      'a text of megabytes',
      `INSERT INTO revisions (id, video_id, shot_id, kind, text, origin, actor, status, is_current, links, created_at_ms) SELECT 'r', id, NULL, 'summary', printf('%.*c', 1100000, 'x'), 'human', 'x', 'draft', 1, '[]', 0 FROM videos`,
      'revisions',
    ],
    [
      'links that are none',
      `INSERT INTO revisions (id, video_id, shot_id, kind, text, origin, actor, status, is_current, links, created_at_ms) SELECT 'r', id, NULL, 'summary', 'x', 'human', 'x', 'draft', 1, '7', 0 FROM videos`,
      'revisions',
    ],
    ['a number without end', `UPDATE shots SET confidence = 9e999`, 'shots'],
    [
      'more shots than any video has',
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 50001) INSERT INTO shots (id, video_id, start_frame, end_frame, transition_kind, transition_start_frame, transition_end_frame, origin, locked) SELECT 's' || i, (SELECT id FROM videos), 1000 + i, 1001 + i, 'cut', 0, 0, 'human', 0 FROM n`,
      'shots',
    ],
    [
      'words of speech that are none',
      `INSERT INTO transcript_segments (id, video_id, start_us, end_us, text, origin, words) SELECT 't', id, 0, 1, 'x', 'human', '[7]' FROM videos`,
      'transcript_segments',
    ],
    [
      'an odd id',
      `PRAGMA foreign_keys = OFF; UPDATE videos SET id = 'a b'; UPDATE video_files SET video_id = 'a b'; UPDATE shots SET video_id = 'a b'`,
      'videos',
    ],
    ['a time beyond all clocks', `UPDATE videos SET created_at_ms = 9223372036854775807`, 'videos'],
    ['fields without their keys', `UPDATE videos SET shot2story = '{}'`, 'shot2story'],
    ['counters near their end', `UPDATE sqlite_sequence SET seq = 9223372036854775806`, 'sqlite_sequence'],
  ])('is refused with rows that would hold up the studio, and named: %s', async (_, sql, named) => {
    const { folder } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, sql));
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(named) });
  });

  it('has no journal that names a further one: SQLite would delete that', async () => {
    const { folder, outside } = await projectFromElsewhere(({ folder: gift, outside: other }) => {
      writeFileSync(path.join(other, 'victim'), 'a file of this computer');
      writeHotJournal(path.join(gift, 'project.db'), path.join(other, 'victim'));
      copyFileSync(path.join(gift, 'project.db'), path.join(gift, '.lock'));
      writeHotJournal(path.join(gift, '.lock'), path.join(other, 'victim'));
    });
    const { core } = await openHere(folder);
    expect(core.services.projects.current()).toMatchObject({ readOnly: null, videoCount: 1 });
    expect(readdirSync(outside)).toEqual(['victim']);
    expect(readdirSync(folder).filter((name) => name.startsWith('project.db-journal.foreign'))).toHaveLength(1);
    expect(statSync(path.join(folder, '.lock')).size).toBe(0);
  });

  it('may have a pipe beside a backup: it is listed without counts, and not restored', { skip: process.platform === 'win32' }, async () => {
    const backup = '2025-01-02T00-00-00.000Z.db';
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      mkdirSync(path.join(gift, 'backups'), { recursive: true });
      copyFileSync(path.join(gift, 'project.db'), path.join(gift, 'backups', backup));
      const pipe = path.join(gift, 'backups', `${backup}-journal`);
      spawnSync('mkfifo', [pipe]);
      const otherEnd = openSync(pipe, 'r+');
      onTestFinished(() => closeSync(otherEnd));
    });
    const { core } = await openHere(folder);
    expect(core.services.projects.backupsIn(folder).find(({ id }) => id === backup)).toMatchObject({ counts: null });
    await expect(core.services.projects.restoreIn(folder, backup)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(`“${backup}-journal”`),
    });
  });

  it('is refused when its database, or a backup of it, says that it is as long as a disk', async () => {
    const backup = '2025-01-02T00-00-00.000Z.db';
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      mkdirSync(path.join(gift, 'backups'), { recursive: true });
      copyFileSync(path.join(gift, 'project.db'), path.join(gift, 'backups', backup));
      truncateSync(path.join(gift, 'backups', backup), 2 ** 36);
    });
    const { core } = await openHere(folder);
    const refusal = { code: 'invalid-input', message: expect.stringContaining('almost nothing is stored in it') };
    await expect(core.services.projects.restoreIn(folder, backup)).rejects.toMatchObject(refusal);
    await core.close();
    truncateSync(path.join(folder, 'project.db'), 2 ** 36);
    await expect(openHere(folder)).rejects.toMatchObject(refusal);
  });

  it('is refused when its database, or a backup of it, is one hole of that length', async () => {
    const backup = '2025-01-02T00-00-00.000Z.db';
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      mkdirSync(path.join(gift, 'backups'), { recursive: true });
      writeFileSync(path.join(gift, 'backups', backup), '');
      // Quickly copied too, should it be taken.
      truncateSync(path.join(gift, 'backups', backup), 2 ** 27);
    });
    const { core } = await openHere(folder);
    const refusal = { code: 'invalid-input', message: expect.stringContaining('almost nothing is stored in it') };
    await expect(core.services.projects.restoreIn(folder, backup)).rejects.toMatchObject(refusal);
    await core.close();
    truncateSync(path.join(folder, 'project.db'), 0);
    truncateSync(path.join(folder, 'project.db'), 2 ** 27);
    await expect(openHere(folder)).rejects.toMatchObject(refusal);
  });

  it('has no backup copied for which there is no room', async () => {
    const backup = '2025-01-02T00-00-00.000Z.db';
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      mkdirSync(path.join(gift, 'backups'), { recursive: true });
      copyFileSync(path.join(gift, 'project.db'), path.join(gift, 'backups', backup));
    });
    const { core } = startTestCore({ host: { freeBytes: () => Promise.resolve(10_000) } });
    await expect(core.services.projects.restoreIn(folder, backup)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/1 MB are free.*Nothing was copied or changed/),
    });
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('is not opened where damage hides what is in its rows, but may be read by whoever asks for that', async () => {
    const { folder } = await projectFromElsewhere(({ folder: gift }) => spoilTable(path.join(gift, 'project.db'), 'revisions'));
    // Where it could be worked with, the whole file is looked at before; another studio has it, so it would only be read.
    const lock = lockProject(folder, path.join(folder, 'project.db'));
    onTestFinished(() => lock.release());
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'damaged', message: expect.stringMatching(/not opened.*read-only/) });
    const { core } = startTestCore();
    expect(await core.services.projects.openFolder(folder, { readOnly: true })).toMatchObject({ readOnly: 'asked', videoCount: 1 });
  });

  it('may have backups dated in the future: they come last, and take no places', async () => {
    const { folder } = await projectFromElsewhere(({ folder: gift }) => {
      mkdirSync(path.join(gift, 'backups'), { recursive: true });
      for (const year of [2098, 2099])
        copyFileSync(path.join(gift, 'project.db'), path.join(gift, 'backups', `${year}-01-01T00-00-00.000Z.db`));
    });
    const { core } = await openHere(folder);
    const ids = (await core.services.projects.backUp()).map(({ id }) => id);
    expect(ids.slice(-2)).toEqual(['2099-01-01T00-00-00.000Z.db', '2098-01-01T00-00-00.000Z.db']);
    expect(ids[0]).toMatch(/^2026-/);
  });
});

describe('a video of a project from elsewhere', () => {
  it.each([
    ['frames', 'frameCount', '9007199254740991'],
    ['time', 'durationUs', '9007199254740991'],
    ['width', 'width', '1000000000000000'],
    ['width on the screen', 'displayWidth', '1000000000000000'],
    ['time before its beginning', 'startUs', '-9000000000000000'],
    ['time for each frame', 'rate', `json('{"num":1,"den":1000000000}')`],
    ['frames for each second', 'rate', `json('{"num":9007199254740991,"den":1}')`],
  ])('has its project refused, and is named, when it has more %s than any video has', async (_, field, value) => {
    const { folder } = await projectFromElsewhere((stranger) =>
      changeDatabase(stranger.folder, `UPDATE video_files SET probe = json_set(probe, '$.${field}', ${value})`),
    );
    const message = expect.stringMatching(/“video_files”.*impossible size, length or frame rate for “.+\.mp4”/);
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message });
  });
});

/** Where the rows of a table begin stands what no database has there. */
function spoilTable(file: string, table: string): void {
  const db = new Database(file, { readonly: true });
  const { rootpage } = db.prepare<[string], { rootpage: number }>('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table) ?? {
    rootpage: 0,
  };
  const pageBytes = Number(db.pragma('page_size', { simple: true }));
  db.close();
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(pageBytes, 0xff), 0, pageBytes, (rootpage - 1) * pageBytes);
  closeSync(handle);
}

/** As a change of several databases leaves it that was cut off: once it is played back, SQLite looks for the other journals that `victim` names, and deletes it. */
function writeHotJournal(database: string, victim: string): void {
  const bytes = readFileSync(database);
  const pageBytes = bytes.readUInt16BE(16);
  const magic = Buffer.from('d9d505f920a163d7', 'hex');
  const words = (...values: number[]): Buffer => {
    const buffer = Buffer.alloc(values.length * 4);
    values.forEach((value, index) => buffer.writeUInt32BE(value >>> 0, index * 4));
    return buffer;
  };
  const header = Buffer.alloc(512);
  Buffer.concat([magic, words(0, 0, bytes.length / pageBytes, 512, pageBytes)]).copy(header);
  const name = Buffer.from(victim);
  const record = Buffer.concat([
    words(0x40000000 / pageBytes + 1),
    name,
    words(
      name.length,
      name.reduce((sum, byte) => sum + byte, 0),
    ),
    magic,
  ]);
  writeFileSync(`${database}-journal`, Buffer.concat([header, record]));
}
