import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createDatabase, inTransaction, openDatabase } from '#core/base/db/database.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** A project file with enough rows to fill many pages. */
function writeProject(): string {
  const file = path.join(temporaryFolder(), 'project.db');
  const db = createDatabase(file);
  migrate(db, migrations, '');
  const insert = db.prepare('INSERT INTO videos (id, name, position, created_at_ms) VALUES (?, ?, ?, 0)');
  inTransaction(db, () => {
    for (let index = 0; index < 2_000; index++) insert.run(`video-${index}`, `holiday ${index}.mp4`, index);
  });
  db.close();
  return file;
}

describe('opening a project database', () => {
  it('sets what durability and integrity rest on', () => {
    const db = openDatabase(writeProject());
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  const damages: readonly [string, (file: string) => void, RegExp][] = [
    ['a text file', (file) => writeFileSync(file, 'This is my shopping list.\n'.repeat(100)), /no longer a database/],
    ['an empty file', (file) => writeFileSync(file, ''), /is empty.*backup/],
    [
      'another program’s database',
      (file) => {
        writeFileSync(file, '');
        const other = new Database(file);
        other.exec('CREATE TABLE bookmarks (url TEXT)');
        other.close();
      },
      /not a Shotluck Studio project/,
    ],
    ['a truncated project', (file) => writeFileSync(file, readFileSync(file).subarray(0, Math.floor(statSync(file).size / 2))), /damaged/],
    [
      'a project with overwritten pages',
      (file) => {
        const handle = openSync(file, 'r+');
        writeSync(handle, Buffer.alloc(8_192, 0xaa), 0, 8_192, Math.floor(statSync(file).size / 8_192) * 4_096);
        closeSync(handle);
      },
      /damaged/,
    ],
  ];

  it.each(damages)('refuses %s in words and leaves it byte for byte', (_what, damage, message) => {
    const code = String(message).includes('not a Shotluck Studio project') ? 'invalid-input' : 'damaged';
    const file = writeProject();
    damage(file);
    const before = sha256(file);
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
    expect(sha256(file)).toBe(before);
  });

  it('does not make a file where none is', () => {
    const file = path.join(temporaryFolder(), 'project.db');
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });
});
