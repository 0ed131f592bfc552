import { closeSync, constants, copyFileSync, fstatSync, fsyncSync, lstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from '#core/base/files/file-errors.ts';
import { isHollow } from '#core/base/files/hollow-file.ts';
import { temporaryName } from '#core/base/files/leftovers.ts';
import { DATABASE_FILE, DATABASE_FILES, LOCK_FILE, LOCK_FILES, STATE_FILE } from '#core/base/files/project-files.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** Files that are opened in each project folder: a pipe would hold that up, a link would lead to a file of somebody else, or to one of these. */
const FILES = [...DATABASE_FILES, ...LOCK_FILES, STATE_FILE];
const FOLDERS = ['cache', 'exports', 'backups'];

/**
 * A project folder may come from anybody. What the studio writes in it must lie in it.
 * @throws AppError `invalid-input` when a link or something that is no file stands where a file or folder of the project belongs
 */
export function requireOwnPlaces(folder: string): void {
  for (const name of FILES) {
    requireOwn(folder, name, 'file');
    requireDense(path.join(folder, name));
  }
  for (const name of FOLDERS) requireOwn(folder, name, 'folder');
}

/**
 * A file with almost nothing in it can say that it is as long as any disk: reading or copying it would take as long.
 * @throws AppError `invalid-input`
 */
export function requireDense(file: string): void {
  const found = lookAt(file);
  if (found?.isFile() !== true || !isHollow(file, found)) return;
  throw new AppError('invalid-input', words('project.sparseFile', { file: path.basename(file), megabytes: Math.round(found.size / 1e6) }));
}

/** With these bytes ends a rollback journal that names a further one, of several databases that were changed at once; before them stand the length and the sum of the name. */
const SUPER_JOURNAL_END = Buffer.from('d9d505f920a163d7', 'hex');

const OWNER_WRITES = 0o200;

/**
 * Takes from SQLite what would make it work for a stranger as soon as it opens a project: the lock is always empty, and no database of ours is changed
 * together with another, so a journal that names a further journal, which SQLite would delete, is nobody's. Such a one is kept under another name.
 * Before anything locks or opens the project for writing; the places must be our own.
 */
export function disarm(folder: string): void {
  const lock = path.join(folder, LOCK_FILE);
  const found = lookAt(lock);
  // Under another name somebody could open it, which would give the lock up; and what may only be read cannot be locked against others.
  if (found !== null && (found.size > 0 || found.nlink > 1 || (found.mode & OWNER_WRITES) === 0)) rmSync(lock);
  // The journal itself is SQLite's own while somebody holds the lock.
  if (namesSuperJournal(`${lock}-journal`)) rmSync(`${lock}-journal`);
  for (const end of ['-wal', '-shm']) rmSync(lock + end, { force: true });
  const journal = path.join(folder, `${DATABASE_FILE}-journal`);
  if (namesSuperJournal(journal)) renameSync(journal, `${journal}.foreign-${new Date().toISOString().replaceAll(':', '-')}`);
}

/**
 * Gives the files of the database a single name each: an archive can hold one of them a second time, as a hard link among the videos or pictures, and
 * whoever opened that would give up the locks on it. Under the lock, before the database is opened; the other names keep what they have.
 */
export function ownAlone(folder: string): void {
  for (const name of DATABASE_FILES) {
    const file = path.join(folder, name);
    if ((lookAt(file)?.nlink ?? 0) < 2) continue;
    const alone = temporaryName(file);
    try {
      copyFileSync(file, alone, constants.COPYFILE_FICLONE);
      const handle = openSync(alone, 'r+');
      fsyncSync(handle);
      closeSync(handle);
      renameSync(alone, file);
    } catch (error) {
      rmSync(alone, { force: true });
      throw error;
    }
  }
}

function namesSuperJournal(journal: string): boolean {
  if (lookAt(journal) === null) return false;
  const handle = openSync(journal, 'r');
  try {
    const { size } = fstatSync(handle);
    const end = Buffer.alloc(SUPER_JOURNAL_END.length);
    return size >= end.length && readSync(handle, end, 0, end.length, size - end.length) === end.length && end.equals(SUPER_JOURNAL_END);
  } finally {
    closeSync(handle);
  }
}

function requireOwn(folder: string, name: string, kind: 'file' | 'folder'): void {
  const found = lookAt(path.join(folder, name));
  // An ordinary file in the place of a folder leads nowhere; whoever needs the folder says what is wrong.
  if (found === null || found.isFile() || (kind === 'folder' && found.isDirectory())) return;
  const what = words(found.isSymbolicLink() ? 'project.aLink' : found.isDirectory() ? 'project.aFolder' : 'project.aPipeOrDevice');
  const key = kind === 'file' ? 'project.notOwnFile' : 'project.notOwnFolder';
  throw new AppError('invalid-input', words(key, { name, project: path.basename(folder), what }));
}

function lookAt(place: string) {
  try {
    return lstatSync(place);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
