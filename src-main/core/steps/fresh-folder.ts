import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '#core/base/files/error-code.ts';
import { folderMode, makeFolder } from '#core/base/files/make-folder.ts';

/** Makes a folder that was not there before: two exports may begin in one second. */
export async function freshFolder(parent: string, name: string, umask: number | undefined): Promise<string> {
  makeFolder(parent, umask);
  for (let count = 1; ; count++) {
    const folder = path.join(parent, count === 1 ? name : `${name}-${count}`);
    try {
      await mkdir(folder);
      if (umask !== undefined) await chmod(folder, folderMode(umask));
      return folder;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** `2026-11-23-15-04-05`, in UTC: sorts by time and suits every file system. */
export function timestamp(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
}
