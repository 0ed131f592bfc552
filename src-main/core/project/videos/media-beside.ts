import path from 'node:path';
import { isFileName } from '#core/base/files/safe-name.ts';

/** In the folder of a project: files of its videos that move with it. */
export const MEDIA_FOLDER = 'media';

/** Of a path that any system may have written. */
export const baseName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;

/** Where the file of a video lies in a project that was moved together with it; null for a name that is none. */
export function placeBeside(projectFolder: string, file: string): string | null {
  const name = baseName(file);
  return isFileName(name) ? path.join(projectFolder, MEDIA_FOLDER, name) : null;
}
