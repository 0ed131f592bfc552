import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { assert } from '#shared/assert.ts';
import { words } from '#shared/words/words.ts';
import { temporaryName } from '../files/leftovers.ts';
import { makeFolder } from '../files/make-folder.ts';
import { inTransaction, type WritableDb } from './database.ts';

export interface Migration {
  readonly version: number;
  up(db: WritableDb): void;
}

/**
 * Brings a project to the newest schema in one transaction, after a copy of the file was put into `backupDir`.
 * @returns the path of the copy; null when nothing had to change or the database was new.
 * @throws AppError `unsupported` for a file of a newer studio, which stays as it is.
 */
export function migrate(db: WritableDb, migrations: readonly Migration[], backupDir: string): string | null {
  const newest = checkVersions(migrations);
  const current = Number(db.pragma('user_version', { simple: true }));
  if (current > newest) throw new AppError('unsupported', words('base.newerFormat', { format: current, newest }));
  if (current === newest) return null;
  const backup = current === 0 ? null : copyFile(db, backupDir, current);
  inTransaction(db, () => {
    for (const migration of migrations) if (migration.version > current) migration.up(db);
    db.pragma(`user_version = ${newest}`);
  });
  return backup;
}

/** Numbers rise by one from 1, so a migration that was forgotten or doubled in a merge is found at start. */
function checkVersions(migrations: readonly Migration[]): number {
  for (const [index, { version }] of migrations.entries())
    assert(version === index + 1, `migration ${index + 1} of the list has version ${version}`);
  return migrations.length;
}

function copyFile(db: WritableDb, backupDir: string, version: number): string {
  makeFolder(backupDir);
  const copy = path.join(backupDir, `project-v${version}-${new Date().toISOString().replaceAll(':', '-')}.db`);
  const part = temporaryName(copy);
  try {
    // VACUUM INTO reads through the write-ahead log, which copying the file alone would miss. It writes everything to the disk.
    db.prepare('VACUUM INTO ?').run(part);
    renameSync(part, copy);
  } finally {
    for (const end of ['', '-journal']) rmSync(part + end, { force: true });
  }
  return copy;
}
