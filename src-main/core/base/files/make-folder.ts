import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
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
    throw new AppError('not-found', words('base.projectFolderMoved', { project: path.basename(project) }));
  if (project !== null) requireInside(project, folder);
  const highest = mkdirSync(folder, { recursive: true });
  if (umask === undefined || highest === undefined) return;
  for (let made = path.resolve(folder); made.length >= highest.length; made = path.dirname(made)) chmodSync(made, folderMode(umask));
}

/**
 * In a project people may write among its exports; what lies beside them is the studio's own.
 * @throws AppError `invalid-input`
 */
export function requireExportPlace(folder: string): void {
  const project = projectAbove(folder);
  if (project === null || path.relative(project, path.resolve(folder)).split(path.sep)[0] === 'exports') return;
  throw new AppError('invalid-input', words('base.placeOfStudio', { project: path.basename(project) }));
}

/** Modes of new files and folders, as other programs of the person would make them. */
export const fileMode = (umask: number): number => 0o666 & ~umask;
export const folderMode = (umask: number): number => 0o777 & ~umask;

/** Links in a project that came from elsewhere must not lead what is written out of it. */
function requireInside(project: string, folder: string): void {
  let place = path.resolve(folder);
  while (lstatSync(place, { throwIfNoEntry: false }) === undefined) place = path.dirname(place);
  const root = realpathSync(project);
  const real = realPlace(place);
  if (real === root || real?.startsWith(root + path.sep) === true) return;
  throw new AppError('invalid-input', words('base.linkLeadsOut', { name: path.basename(place), project: path.basename(project) }));
}

/** Null for a link that leads nowhere. */
function realPlace(place: string): string | null {
  try {
    return realpathSync(place);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
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
