import { type BigIntStats, constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '#shared/contract/errors.ts';

/** Windows knows no such flag, and no pipes among its files either. */
const WITHOUT_WAITING = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;

/**
 * Opens a file for reading, and nothing but a file: opening a pipe waits until somebody writes into it, and a device may never end.
 * Looked at before, so that a device is not even touched, and again once it is open, for it may have been exchanged in between.
 * @throws AppError `invalid-input` for what is no file; errors of the file system as they are
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  requireRegular(await stat(path), path);
  const file = await open(path, constants.O_RDONLY | WITHOUT_WAITING);
  try {
    requireRegular(await file.stat(), path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @throws AppError `invalid-input` for what is no file: a folder, a pipe, a device, a socket */
export function requireRegular(found: Stats | BigIntStats, path: string): void {
  if (found.isFile()) return;
  throw new AppError('invalid-input', `“${basename(path)}” is ${kindOf(found)}, not a file. Nothing was read. Choose ${found.isDirectory() ? 'a file inside it' : 'an ordinary file'}.`);
}

function kindOf(found: Stats | BigIntStats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}
