import { existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { sqliteCode } from '#core/base/db/database.ts';
import { LOCK_FILE } from '#core/base/files/project-files.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { type ProjectState, readProjectState } from './project-state.ts';

export interface ProjectLock {
  release(): void;
}

/**
 * Keeps a second core from writing. The lock is the operating system's, held through an empty SQLite file: it ends with the process,
 * however that ends, so there is never a stale one to clear. Should somebody delete that file, the lock that SQLite itself holds
 * on the database shows that a studio is there.
 * @throws AppError `conflict` when another studio has the project open; errors of the file system where nothing can be locked
 */
export function lockProject(folder: string, database: string): ProjectLock {
  const holder = takeLock(path.join(folder, LOCK_FILE));
  try {
    refuseWriterWithoutLock(folder, database);
    return { release: () => holder.close() };
  } catch (error) {
    holder.close();
    throw error;
  }
}

function takeLock(file: string): Database.Database {
  try {
    return holdExclusively(file);
  } catch (error) {
    if (storageTrouble(error) !== 'damaged') throw error;
    // Nothing is ever written into it, so whatever lies there now keeps nobody out and is worth nothing.
    rmSync(file, { force: true });
    return holdExclusively(file);
  }
}

function holdExclusively(file: string): Database.Database {
  const holder = new Database(file, { timeout: 0 });
  try {
    holder.exec('BEGIN EXCLUSIVE');
    return holder;
  } catch (error) {
    holder.close();
    throw sqliteCode(error) === 'SQLITE_BUSY' ? openElsewhere(error) : error;
  }
}

/**
 * Somebody may read the database beside a writer, and holds it too. So a held database is a writer's unless the last writer is
 * known to have closed it, or to be dead.
 */
function refuseWriterWithoutLock(folder: string, database: string): void {
  // A project that is being made has no database yet.
  if (!existsSync(database)) return;
  const last = readProjectState(folder);
  if (last?.state === 'closed' || isHeldByNobody(database)) return;
  if (last === null || mayBeAlive(last)) throw openElsewhere();
}

/** In write-ahead mode every connection holds a shared lock for as long as it is open: only alone one gets the exclusive one. */
function isHeldByNobody(database: string): boolean {
  const probe = new Database(database, { timeout: 0, fileMustExist: true });
  try {
    probe.pragma('locking_mode = EXCLUSIVE');
    probe.prepare('SELECT count(*) FROM sqlite_schema').get();
    return true;
  } catch (error) {
    if (sqliteCode(error) === 'SQLITE_BUSY') return false;
    // What is damaged, or no database, is reported by whoever opens it next.
    return true;
  } finally {
    probe.close();
  }
}

/** A process on another machine cannot be asked. */
function mayBeAlive({ host, pid }: ProjectState): boolean {
  if (host !== hostname()) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function openElsewhere(cause?: unknown): AppError {
  return new AppError('conflict', words('project.openElsewhere'), { cause });
}
