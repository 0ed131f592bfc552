import { lstatSync, renameSync, truncateSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { setAsideName } from '#core/base/files/json-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { sqliteCode } from './database.ts';
import { explainStorage, placeRefused, storageTrouble } from './storage-trouble.ts';

/**
 * Does something while no other process does it under the same lock. The lock is the operating system's, held through an empty SQLite file: it ends with
 * the process, however that ends. Nothing is ever written into it, so that whatever else lies there is worth nothing.
 * @throws AppError `busy` while another process holds it; what a full disk or missing rights say of the lock is never said of a project
 */
export function underLock<T>(lockFile: string, work: () => T): T {
  const holder = hold(lockFile);
  try {
    return work();
  } finally {
    holder.close();
  }
}

function hold(lockFile: string): Database.Database {
  try {
    setAsideIfNoFile(lockFile);
    return takeOrMend(lockFile);
  } catch (error) {
    const name = path.basename(lockFile);
    if (sqliteCode(error) === 'SQLITE_BUSY') throw new AppError('busy', words('base.lockHeld', { name }), { cause: error });
    if (storageTrouble(error) === 'full') throw explainStorage(error) ?? error;
    throw (
      placeRefused(error, lockFile) ??
      new AppError('internal', words('base.lockUnusable', { name, problem: String(error) }), { cause: error })
    );
  }
}

/** A folder, a pipe or a link that leads nowhere. */
function setAsideIfNoFile(lockFile: string): void {
  if (lstatSync(lockFile, { throwIfNoEntry: false })?.isFile() === false) renameSync(lockFile, setAsideName(lockFile));
}

function takeOrMend(lockFile: string): Database.Database {
  try {
    return take(lockFile);
  } catch (error) {
    if (storageTrouble(error) !== 'damaged') throw error;
    // Emptied rather than made anew: should another process do the same, both still meet at one file.
    truncateSync(lockFile);
    return take(lockFile);
  }
}

function take(lockFile: string): Database.Database {
  const holder = new Database(lockFile, { timeout: WAIT_MS });
  try {
    holder.exec('BEGIN EXCLUSIVE');
    return holder;
  } catch (error) {
    holder.close();
    throw error;
  }
}

/** Far more than anybody needs who does little under a lock. */
const WAIT_MS = 2_000;
