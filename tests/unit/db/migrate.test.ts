import { readdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createDatabase, openDatabase, type WritableDb } from '#core/base/db/database.ts';
import { migrate, type Migration } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

const first: Migration = { version: 1, up: (db) => void db.exec('CREATE TABLE notes (text TEXT NOT NULL) STRICT') };
const second: Migration = { version: 2, up: (db) => void db.exec("ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT 'me'") };

function userVersion(db: WritableDb): unknown {
  return db.pragma('user_version', { simple: true });
}

describe('migrating', () => {
  it('brings a new database to the newest version without a copy', () => {
    const folder = temporaryFolder();
    const db = createDatabase(path.join(folder, 'project.db'));
    expect(migrate(db, migrations, path.join(folder, 'backups'))).toBeNull();
    expect(userVersion(db)).toBe(migrations.length);
    expect(readdirSync(folder)).not.toContain('backups');
    db.close();
  });

  it('brings an old file up to date and keeps a copy of it as it was, also of what is only in its log', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'project.db');
    const old = createDatabase(file);
    migrate(old, [first], folder);
    old.prepare('INSERT INTO notes VALUES (?)').run('kept');
    old.close();

    const db = openDatabase(file);
    db.prepare('INSERT INTO notes VALUES (?)').run('still in the log');
    const copy = migrate(db, [first, second], path.join(folder, 'backups'));
    expect(db.prepare('SELECT * FROM notes').all()).toEqual([
      { text: 'kept', author: 'me' },
      { text: 'still in the log', author: 'me' },
    ]);
    db.close();

    const backup = new Database(copy ?? '', { readonly: true });
    expect(backup.pragma('user_version', { simple: true })).toBe(1);
    expect(backup.prepare('SELECT * FROM notes').all()).toEqual([{ text: 'kept' }, { text: 'still in the log' }]);
    backup.close();
  });

  it('changes nothing when a migration fails', () => {
    const folder = temporaryFolder();
    const db = createDatabase(path.join(folder, 'project.db'));
    migrate(db, [first], folder);
    const broken: Migration = {
      version: 2,
      up(writable) {
        writable.exec('DROP TABLE notes');
        throw new Error('the second half failed');
      },
    };
    expect(() => migrate(db, [first, broken], folder)).toThrow('the second half failed');
    expect(userVersion(db)).toBe(1);
    expect(db.prepare('SELECT count(*) AS count FROM notes').get()).toEqual({ count: 0 });
    db.close();
  });

  it('refuses a file of a newer studio and leaves it alone', () => {
    const folder = temporaryFolder();
    const db = createDatabase(path.join(folder, 'project.db'));
    migrate(db, [first, second], folder);
    expect(() => migrate(db, [first], folder)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('Update the studio') }),
    );
    expect(userVersion(db)).toBe(2);
    db.close();
  });

  it('finds a gap in the numbers at once', () => {
    const db = createDatabase(path.join(temporaryFolder(), 'project.db'));
    expect(() => migrate(db, [second], '')).toThrow(/migration 1 of the list has version 2/);
    db.close();
  });
});
