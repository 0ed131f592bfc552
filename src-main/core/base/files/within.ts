import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './file-errors.ts';

/** Whether a place lies below a folder, both as `realpath` gives them. */
export function isBelow(realFolder: string, real: string): boolean {
  return real.startsWith(realFolder.endsWith(path.sep) ? realFolder : realFolder + path.sep);
}

/** Whether a file lies in one of these folders, links followed to their end. What is not there lies nowhere else: whoever opens it says so. */
export async function liesWithin(folders: readonly string[], file: string): Promise<boolean> {
  try {
    const real = await realpath(file);
    for (const folder of folders) if (isBelow(await realpath(folder), real)) return true;
    return false;
  } catch (error) {
    // What cannot be followed to its end lies nowhere.
    return isMissing(error);
  }
}
