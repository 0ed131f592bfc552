import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, openForReading, refuseWrites, type WritableDb } from '#core/db/database.ts';
import { isRunning } from '#core/files/leftovers.ts';

/** A database that may only be read. */
export interface ViewedDatabase {
  readonly db: WritableDb;
  close(): void;
}

/** Copies for reading, by the process that made them: `shotluck-view-<pid>-<random>`. */
const COPY_NAME = /^shotluck-view-(\d+)-/;

/**
 * Opens a database for reading where it lies, or as a copy: beside a database that is read a small file must be written, which a
 * read-only folder and a full disk refuse.
 */
export function viewDatabase(file: string, dataDir: string): ViewedDatabase {
  try {
    const db = openForReading(file);
    return { db, close: () => db.close() };
  } catch (error) {
    const copy = copyAnywhere(file, dataDir);
    if (copy === null) throw error;
    return viewCopy(copy);
  }
}

function viewCopy(file: string): ViewedDatabase {
  const remove = (): void => rmSync(path.dirname(file), { recursive: true, force: true });
  try {
    const db = openDatabase(file);
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
  for (const place of [viewsFolder(dataDir), tmpdir(), '/dev/shm']) {
    let folder: string | null = null;
    try {
      if (place !== '/dev/shm') mkdirSync(place, { recursive: true });
      folder = mkdtempSync(path.join(place, `shotluck-view-${process.pid}-`));
      const copy = path.join(folder, path.basename(file));
      // The log holds the newest work: a copy without it would show an older state.
      for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, copy + end, constants.COPYFILE_FICLONE);
      return copy;
    } catch {
      // The next place may have room; that none has is told by the caller's own error.
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    }
  }
  return null;
}

const viewsFolder = (dataDir: string): string => path.join(dataDir, 'views');

/** Removes copies whose process was killed. */
export function sweepViews(dataDir: string): void {
  for (const place of [viewsFolder(dataDir), tmpdir(), '/dev/shm']) {
    if (!existsSync(place)) continue;
    for (const name of readdirSync(place)) {
      const [, pid] = COPY_NAME.exec(name) ?? [];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(path.join(place, name), { recursive: true, force: true });
    }
  }
}
