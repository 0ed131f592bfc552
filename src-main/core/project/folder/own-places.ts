import { lstatSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from '#core/base/files/file-errors.ts';
import { AppError } from '#shared/contract/errors.ts';

/** Files that SQLite opens in a project folder: a pipe would hold it up, a link would lead it to a file of somebody else. */
const FILES = ['project.db', 'project.db-wal', 'project.db-shm', 'project.db-journal', '.lock', '.lock-journal', '.lock-wal', '.lock-shm'];
const FOLDERS = ['cache', 'exports', 'backups'];

/**
 * A project folder may come from anybody. What the studio writes in it must lie in it.
 * @throws AppError `invalid-input` when a link or something that is no file stands where a file or folder of the project belongs
 */
export function requireOwnPlaces(folder: string): void {
  for (const name of FILES) requireOwn(folder, name, 'file');
  for (const name of FOLDERS) requireOwn(folder, name, 'folder');
}

function requireOwn(folder: string, name: string, kind: 'file' | 'folder'): void {
  const found = lookAt(path.join(folder, name));
  // An ordinary file in the place of a folder leads nowhere; whoever needs the folder says what is wrong.
  if (found === null || found.isFile() || (kind === 'folder' && found.isDirectory())) return;
  const what = found.isSymbolicLink() ? 'a link' : found.isDirectory() ? 'a folder' : 'a pipe or a device';
  throw new AppError(
    'invalid-input',
    `“${name}” in the project “${path.basename(folder)}” is ${what}, but the studio needs an ordinary ${kind} there. Nothing was opened or changed. Replace it with an ordinary ${kind}.`,
  );
}

function lookAt(place: string) {
  try {
    return lstatSync(place);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
