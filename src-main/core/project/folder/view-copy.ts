import { constants, copyFileSync, existsSync, mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { refuseWrites, type WritableDb } from '#core/base/db/database.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { makeTemporaryFolder, sweepTemporaryFolders } from '#core/base/files/leftovers.ts';
import { AppError } from '#shared/contract/errors.ts';
import { openProjectDatabase, openProjectForReading } from './project-database.ts';

/** Linux has one; elsewhere there is nothing in this place. */
const MEMORY_DISK = '/dev/shm';

/** A database that may only be read. */
export interface ViewedDatabase {
  readonly db: WritableDb;
  close(): void;
}

/**
 * Opens a database for reading where it lies, or as a copy: beside a database that is read a small file must be written, which a
 * read-only folder and a full disk refuse.
 */
export function viewDatabase(file: string, dataDir: string): ViewedDatabase {
  try {
    const db = openProjectForReading(file);
    return { db, close: () => db.close() };
  } catch (error) {
    // What is damaged, or no project of ours, is no more readable as a copy.
    if (error instanceof AppError || storageTrouble(error) === 'damaged') throw error;
    const copy = copyAnywhere(file, dataDir);
    if (copy === null) throw error;
    return viewCopy(copy);
  }
}

function viewCopy(file: string): ViewedDatabase {
  const remove = (): void => rmSync(path.dirname(file), { recursive: true, force: true });
  try {
    const db = openProjectDatabase(file);
    refuseWrites(db);
    return {
      db,
      close() {
        db.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Null where no place has room. */
function copyAnywhere(file: string, dataDir: string): string | null {
  // The log holds the newest work: a copy without it would show an older state.
  const parts = ['', '-wal'].filter((end) => existsSync(file + end));
  const neededBytes = parts.reduce((sum, end) => sum + statSync(file + end).size, 0);
  for (const place of placesFor(dataDir)) {
    let folder: string | null = null;
    try {
      if (place !== MEMORY_DISK) mkdirSync(place, { recursive: true });
      const { bavail, bsize } = statfsSync(place);
      if (neededBytes > bavail * bsize) continue;
      folder = makeTemporaryFolder(place, 'view');
      const copy = path.join(folder, path.basename(file));
      for (const end of parts) copyFileSync(file + end, copy + end, constants.COPYFILE_FICLONE);
      return copy;
    } catch {
      // The next place may have room; that none has is reported by the caller's own error.
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    }
  }
  return null;
}

/** Places for such copies, the best first. */
const placesFor = (dataDir: string): string[] => [path.join(dataDir, 'views'), tmpdir(), MEMORY_DISK];

/** Removes copies whose process was killed. */
export function sweepViews(dataDir: string): void {
  for (const place of placesFor(dataDir)) sweepTemporaryFolders(place);
}
