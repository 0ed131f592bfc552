import { chmodSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { isMissing } from './file-errors.ts';

/** How the folder of a project ends. */
export const PROJECT_SUFFIX = '.shotluck';

/**
 * Makes a folder and what is missing above it, but never the folder of a project: where that has gone, it was moved or
 * renamed while it was open, and a second one in its old place would take what belongs to the first.
 * @param umask of the person, for a folder that they chose; left out, it is as private as everything of the studio
 * @throws AppError `not-found` when the project's folder is no longer there
 */
export function makeFolder(folder: string, umask?: number): void {
  const project = projectAbove(folder);
  if (project !== null && !exists(project))
    throw new AppError('not-found', `The project folder "${path.basename(project)}" is no longer where it was. It may have been moved or renamed; open it at its new place.`);
  const highest = mkdirSync(folder, { recursive: true });
  if (umask === undefined || highest === undefined) return;
  for (let made = path.resolve(folder); made.length >= highest.length; made = path.dirname(made)) chmodSync(made, folderMode(umask));
}

/** Modes of new files and folders, as other programs of the person would make them. */
export const fileMode = (umask: number): number => 0o666 & ~umask;
export const folderMode = (umask: number): number => 0o777 & ~umask;

/** The nearest folder of a project that holds `folder`, or is it. */
function projectAbove(folder: string): string | null {
  let current = path.resolve(folder);
  while (!current.endsWith(PROJECT_SUFFIX)) {
    const parent = path.dirname(current);
    if (parent === current) return null;
    current = parent;
  }
  return current;
}

function exists(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
