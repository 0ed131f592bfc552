import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { isMissing } from '#core/base/files/file-errors.ts';

export interface ProjectPlace {
  /** What became of the place since; null while it is as it was. @throws errors of the file system */
  look(): 'moved' | 'deleted' | 'damaged' | null;
  close(): void;
}

/** Every SQLite file begins so. */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/**
 * Watches over the folder and the file of an open database, which others can move, replace, cut off or overwrite under it.
 * The file is opened once and closed after the database: on POSIX, closing any handle of a file gives up the locks that SQLite
 * holds on it in this process.
 */
export function placeOf(folder: string, file: string): ProjectPlace {
  const folderId = idOf(folder);
  const files = [file, `${file}-wal`, `${file}-shm`].map((each) => ({ file: each, id: idOf(each) }));
  const fileId = idOf(file);
  const handle = openSync(file, 'r');
  const head = Buffer.alloc(MAGIC.length);
  let sizeBytes = fstatSync(handle).size;

  return {
    look() {
      // Also where another studio, which could not know of this one, has ended the log and begun a new one: what is written into the old one is lost.
      const { size, nlink } = fstatSync(handle);
      if (idOf(folder) !== folderId || files.some((each) => idOf(each.file) !== each.id)) {
        // Moved to another disk it was copied and deleted, maybe before the last words were written. And the log may be gone alone.
        return nlink === 0 || idOf(file) === fileId ? 'deleted' : 'moved';
      }
      // The database is never made smaller.
      if (size < sizeBytes) return 'damaged';
      sizeBytes = size;
      readSync(handle, head, 0, MAGIC.length, 0);
      return head.equals(MAGIC) ? null : 'damaged';
    },
    close: () => closeSync(handle),
  };
}

/** Whether two paths lead to the same folder, e.g. one of them by a link. */
export function isSamePlace(one: string, other: string): boolean {
  const id = idOf(one);
  return id !== null && id === idOf(other);
}

/** Identifies a file or folder, wherever it is moved; null when nothing is there. */
function idOf(file: string): string | null {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev} ${ino}`;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
