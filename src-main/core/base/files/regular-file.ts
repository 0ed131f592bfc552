import { constants } from 'node:fs';
import { type FileHandle, open, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { inEnglish, words, type Words } from '#shared/words/words.ts';
import { isDatabaseFile } from './project-files.ts';

/** A pipe, a device, a folder, a file of a project's own, or one larger than its reader takes: named, so that a caller can say which file and what follows. */
export class UnusableFileError extends Error {
  override name = 'UnusableFileError';
  /** What is wrong with it, as part of a sentence. */
  readonly said: Words;

  constructor(said: Words) {
    super(inEnglish(said));
    this.said = said;
  }
}

/** Windows knows no such flag, and no pipes among its files either. */
export const WITHOUT_WAITING = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;

/** That a path does not end in a link. Windows knows no such flag. */
export const WITHOUT_LINKS = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/**
 * Opens a file for reading, if it is one: what comes from elsewhere may be a named pipe, on which an ordinary `open` waits for ever, or a
 * device without end. Links are followed once, by the system; the file behind them is what counts. The files of a project's database are never opened so.
 * @param maxBytes a larger file is refused; left out: any size
 * @throws UnusableFileError, or Node's own error for what is not there, cannot be read or links to itself
 */
export async function openRegularFile(file: string, maxBytes = Number.POSITIVE_INFINITY): Promise<FileHandle> {
  // Asked first, because opening a device can have effects of its own.
  refuseUnusable(await stat(file), maxBytes);
  // Opened by the place that was looked at: a link that leads to a database by now would have it opened, and closing it gives up the locks.
  const real = await realpath(file);
  if (await isDatabaseFile(real)) throw new UnusableFileError(words('base.itBelongsToProject'));
  const handle = await open(real, constants.O_RDONLY | WITHOUT_LINKS | WITHOUT_WAITING);
  try {
    // Again, of what is open now: the name may have been given to something else meanwhile.
    refuseUnusable(await handle.stat(), maxBytes);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The whole content of a regular file of at most `maxBytes`. Throws as `openRegularFile`. */
export async function readRegularFile(file: string, maxBytes: number): Promise<Buffer> {
  const handle = await openRegularFile(file, maxBytes);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/**
 * The names in a folder.
 * @param maxEntries a folder with more is refused, before all of them are read
 * @throws UnusableFileError, or Node's own error
 */
export async function listFolder(folder: string, maxEntries: number): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) {
    if (names.length >= maxEntries) throw new UnusableFileError(words('base.itHasTooManyFiles', { limit: maxEntries }));
    names.push(name);
  }
  return names;
}

interface FileFacts {
  readonly size: number | bigint;
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
}

/** @throws AppError `invalid-input` for what is no file: a folder, a pipe, a device, a socket */
export function requireRegular(found: FileFacts, file: string): void {
  if (found.isFile()) return;
  throw new AppError('invalid-input', words(CHOSEN[kindOf(found)], { name: path.basename(file) }));
}

function refuseUnusable(found: FileFacts, maxBytes: number): void {
  if (!found.isFile()) throw new UnusableFileError(words(IT_IS[kindOf(found)]));
  if (found.size > maxBytes)
    throw new UnusableFileError(words('base.itIsTooLarge', { megabytes: megabytes(found.size), limit: megabytes(maxBytes) }));
}

const CHOSEN = { folder: 'base.chosenIsFolder', pipe: 'base.chosenIsPipe', device: 'base.chosenIsDevice' } as const;
const IT_IS = { folder: 'base.itIsFolder', pipe: 'base.itIsPipe', device: 'base.itIsDevice' } as const;

function kindOf(found: FileFacts): keyof typeof IT_IS {
  if (found.isDirectory()) return 'folder';
  return found.isFIFO() ? 'pipe' : 'device';
}

function megabytes(bytes: number | bigint): number {
  return Math.ceil(Number(bytes) / 1e6);
}

const FILE_PROBLEMS: Readonly<Record<string, Words>> = {
  ELOOP: words('base.itLinksToItself'),
  EACCES: words('base.itIsForbidden'),
  EPERM: words('base.itIsForbidden'),
  ENAMETOOLONG: words('base.itsNameIsTooLong'),
  EISDIR: words('base.itIsFolder'),
  ENXIO: words('base.itIsDevice'),
  EIO: words('base.itFailedOnDisk'),
  ESTALE: words('base.itsDiskIsGone'),
};

/** Why a file or folder could not be read, in words without its path; null for what is no trouble with files. */
export function fileProblem(error: unknown): Words | null {
  if (error instanceof UnusableFileError) return error.said;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) return null;
  return FILE_PROBLEMS[error.code] ?? words('base.itCannotBeRead', { code: error.code });
}

/** As `readRegularFile`, for a file that a person chose; its trouble becomes an `invalid-input` that names it. */
export async function readChosenFile(
  file: string,
  { name, maxBytes }: { readonly name: string; readonly maxBytes: number },
): Promise<Buffer> {
  return readRegularFile(file, maxBytes).catch((error: unknown) => {
    throw unusable(error, name);
  });
}

function unusable(error: unknown, name: string): unknown {
  const problem = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? words('base.itIsGone') : fileProblem(error);
  return problem === null ? error : new AppError('invalid-input', words('base.fileUnreadable', { name, problem }), { cause: error });
}
