import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '#core/base/files/error-code.ts';
import { folderMode, makeFolder } from '#core/base/files/make-folder.ts';
import { explainPlace } from '#core/base/files/place-refused.ts';

/** @throws AppError `invalid-input` where a person chose a place at which no folder can be */
export function makeChosenFolder(folder: string, umask: number | undefined): void {
  try {
    makeFolder(folder, umask);
  } catch (error) {
    throw explainPlace(error, folder);
  }
}

/** Makes a folder that was not there before: two exports may begin in one second. */
export async function freshFolder(parent: string, name: string, umask: number | undefined): Promise<string> {
  makeChosenFolder(parent, umask);
  for (let count = 1; ; count++) {
    const folder = path.join(parent, count === 1 ? name : `${name}-${count}`);
    try {
      await mkdir(folder);
      if (umask !== undefined) await chmod(folder, folderMode(umask));
      return folder;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw explainPlace(error, folder);
    }
  }
}

/** `2026-11-23-15-04-05`, in UTC: sorts by time and suits every file system. */
export function timestamp(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
}
