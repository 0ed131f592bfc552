import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { isMissing } from './file-errors.ts';

/** How the folder of a project ends. */
export const PROJECT_SUFFIX = '.shotluck';

/**
 * Makes a folder and what is missing above it, but never the folder of a project: where that has gone, it was moved or
 * renamed while it was open, and a second one in its old place would take what belongs to the first.
 * @throws AppError `not-found` when the project's folder is no longer there
 */
export function makeFolder(folder: string): void {
  const project = projectAbove(folder);
  if (project !== null && !exists(project))
    throw new AppError('not-found', `The project folder "${path.basename(project)}" is no longer where it was. It may have been moved or renamed; open it at its new place.`);
  mkdirSync(folder, { recursive: true });
}

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
