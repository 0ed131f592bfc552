import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { errorCode } from './error-code.ts';
import { hasDatabaseName } from './project-files.ts';
import { openRegularFile, WITHOUT_LINKS, WITHOUT_WAITING } from './regular-file.ts';
import { isBelow } from './within.ts';

/**
 * A file as it was when it was looked at. A path proves nothing a moment later, for a link can lead elsewhere by then: whoever opens the file reads from
 * what `openProven` gives, which is the file that was looked at.
 */
export interface ProvenFile {
  readonly path: string;
  /** Which file on the disk, and as of when: another one whenever it was touched. */
  readonly stamp: string;
}

/** A file that lies where it should, with what lists of files say of it. */
export interface FileInside extends ProvenFile {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

type Facts = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

export function stampFrom({ dev, ino, size, mtimeNs, ctimeNs }: Facts): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

/** Of what is open, whatever its name leads to by now. */
export async function stampOfOpen(handle: FileHandle): Promise<string> {
  return stampFrom(await handle.stat({ bigint: true }));
}

/**
 * Opens a file that was looked at before.
 * @throws AppError `media-missing` where another one lies there by now, or it was touched; else as `openRegularFile`
 */
export async function openProven({ path: file, stamp }: ProvenFile): Promise<FileHandle> {
  const handle = await openRegularFile(file);
  try {
    if ((await stampOfOpen(handle)) === stamp) return handle;
    throw new AppError('media-missing', words('base.fileReplaced', { name: path.basename(file) }));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Looks at an ordinary file that is to lie in a folder: no link, no file of a project's database, and below the folder also once every link on the way to it was followed.
 * @param realRoot as `realpath` gives it
 * @returns null for what is none of that, or not there
 */
export async function proveInside(realRoot: string, file: string): Promise<FileInside | null> {
  if (hasDatabaseName(file)) return null;
  // Asked first, because opening a device can have effects of its own.
  if ((await lstat(file).catch(() => null))?.isFile() !== true) return null;
  const handle = await open(file, constants.O_RDONLY | WITHOUT_LINKS | WITHOUT_WAITING).catch(ifUnopened);
  if (handle === null) return null;
  try {
    const facts = await handle.stat({ bigint: true });
    const place = await placeOf(handle, facts, file);
    if (!facts.isFile() || place === null || !isBelow(realRoot, place)) return null;
    return { path: file, stamp: stampFrom(facts), sizeBytes: Number(facts.size), modifiedAt: facts.mtime };
  } finally {
    await handle.close();
  }
}

/** Where the file really lies that is open, links followed; null where that cannot be said. */
async function placeOf({ fd }: FileHandle, { dev, ino }: Facts, file: string): Promise<string | null> {
  // Linux says it of the open file itself.
  const place = await readlink(`/proc/self/fd/${fd}`).catch(() => null);
  if (place !== null) return place;
  try {
    const real = await realpath(file);
    const there = await lstat(real, { bigint: true });
    return there.dev === dev && there.ino === ino ? real : null;
  } catch {
    return null;
  }
}

/** What went, turned into a link, or may not be read, while it was looked at. */
function ifUnopened(error: unknown): null {
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'EACCES', 'EPERM', 'ENXIO'].includes(errorCode(error) ?? '')) return null;
  throw error;
}
