import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { sqliteCode } from './database.ts';

/** Why a disk or a database does not do what is asked of it. */
export type StorageTrouble = 'full' | 'read-only' | 'damaged';

const FULL_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** The trouble behind an error of SQLite, of the file system or of our own; null for every other error. */
export function storageTrouble(error: unknown): StorageTrouble | null {
  if (error instanceof AppError) {
    if (error.code === 'disk-full') return 'full';
    return error.code === 'read-only' || error.code === 'damaged' ? error.code : null;
  }
  if (isFull(error)) return 'full';
  const code = sqliteCode(error);
  if (code === 'SQLITE_READONLY') return 'read-only';
  return code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB' ? 'damaged' : null;
}

const DISK_ERRORS: ReadonlySet<string> = new Set(['EIO', 'ENXIO', 'ENODEV', 'ESTALE', 'EREMOTEIO']);

/** Whether a disk or a network could not read or write what it holds, also where the error comes from another thread. */
export function isDiskError(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  return !isFull(error) && (DISK_ERRORS.has(code) || (code.startsWith('SQLITE_IOERR') && code !== 'SQLITE_IOERR_NOMEM'));
}

function isFull(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  // The shared memory of the write-ahead log lies on the same disk: SQLite reports its want of room as an error of its own.
  return error.code === 'SQLITE_FULL' || error.code === 'SQLITE_IOERR_SHMSIZE' || FULL_CODES.has(String(error.code));
}

/** The same trouble in words that people can act on; null for errors that are no trouble of storage. */
export function explainStorage(error: unknown): AppError | null {
  if (error instanceof AppError) return null;
  switch (storageTrouble(error)) {
    case 'full':
      return new AppError('disk-full', words('base.diskFull'), { cause: error });
    case 'read-only':
      return new AppError('read-only', words('base.readOnly'), { cause: error });
    case 'damaged':
      return new AppError('damaged', words('base.damaged'), { cause: error });
    case null:
      return placeRefused(error);
  }
}

/** Links that lead round in a circle are refused as well; the last is all that SQLite says. */
const REFUSALS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ELOOP', 'SQLITE_CANTOPEN']);

function pathIn(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
}

/**
 * What to say where the system lets this user not read or write a file or a folder; null for every other error.
 * @param place what people know of it; left out: what the error names
 */
export function placeRefused(error: unknown, place = pathIn(error)): AppError | null {
  const code = errorCode(error) ?? '';
  if (!REFUSALS.has(code) || place === null) return null;
  const name = path.join(path.basename(path.dirname(place)), path.basename(place));
  return new AppError('forbidden', words('base.placeRefused', { name, code }), { cause: error });
}
