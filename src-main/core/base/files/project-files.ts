import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** The database of a project. */
export const DATABASE_FILE = 'project.db';
export const LOCK_FILE = '.lock';
export const STATE_FILE = '.state.json';
/** What SQLite puts beside a database, with the database itself. */
const PARTS = ['', '-wal', '-shm', '-journal'];
export const DATABASE_FILES: readonly string[] = PARTS.map((end) => DATABASE_FILE + end);
export const LOCK_FILES: readonly string[] = PARTS.map((end) => LOCK_FILE + end);
const HELD: ReadonlySet<string> = new Set([...DATABASE_FILES, ...LOCK_FILES]);
/** Where the studio keeps what it makes, which is no place for videos; exports are, for clips may become videos. */
const STUDIO_PLACES: ReadonlySet<string> = new Set([STATE_FILE, 'cache', 'backups']);

/** Whether a file has the name of one that SQLite holds. Where the disk makes no difference between capitals and small letters, both name it. */
export function hasDatabaseName(file: string): boolean {
  return HELD.has(path.basename(file).toLowerCase());
}

/**
 * Whether a path leads, also by links, to a file that SQLite holds locks on while its project is open. Nothing else may open such a file: on POSIX, closing
 * any handle of a file gives up all locks of the process on it, and then a second studio can work in the same project.
 */
export async function isDatabaseFile(file: string): Promise<boolean> {
  const real = await realPlace(file);
  return real !== null && hasDatabaseName(real) && (await isThere(path.join(path.dirname(real), DATABASE_FILE)));
}

/** Whether a file is one of those that the studio keeps in the folder of an open project, also by links and further names of the same file. */
export async function isStudioFile(folder: string, file: string): Promise<boolean> {
  const [root, real] = [await realPlace(folder), await realPlace(file)];
  if (root === null || real === null) return false;
  const [first = ''] = path.relative(root, real).split(path.sep);
  return STUDIO_PLACES.has(first.toLowerCase()) || (await isDatabaseFile(real)) || isHeldIn(root, real);
}

async function isHeldIn(folder: string, file: string): Promise<boolean> {
  const { dev, ino, nlink } = await stat(file, { bigint: true });
  // A file with a single name is none of those that lie under theirs.
  if (nlink < 2n) return false;
  for (const name of HELD) {
    const held = await stat(path.join(folder, name), { bigint: true }).catch(() => null);
    if (held?.dev === dev && held.ino === ino) return true;
  }
  return false;
}

/** Null for what cannot be followed to its end: whoever opens it reports why. */
function realPlace(file: string): Promise<string | null> {
  return realpath(file).catch(() => null);
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
