import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './file-errors.ts';

/** Whether a file lies in one of these folders, links followed to their end. What is not there lies nowhere else: whoever opens it says so. */
export async function liesWithin(folders: readonly string[], file: string): Promise<boolean> {
  try {
    const real = await realpath(file);
    for (const folder of folders) if (real.startsWith((await realpath(folder)).replace(/[/\\]$/u, '') + path.sep)) return true;
    return false;
  } catch (error) {
    // What cannot be followed to its end lies nowhere.
    return isMissing(error);
  }
}
