import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { temporaryName } from '#core/base/files/leftovers.ts';
import { makeFolder, PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import { type BackupRequest, copyDatabase, stamp } from './backups.ts';

export interface RescueRequest extends Pick<BackupRequest, 'db' | 'check' | 'nowMs'> {
  /** Of the project. */
  readonly name: string;
  /** The studio's own folder of projects. */
  readonly projectsDir: string;
}

/**
 * Saves an open database whose file was deleted, which lives on only as long as it is open, as a project of its own.
 * @returns the new project's folder
 * @throws what `copyDatabase` throws, and errors of the file system
 */
export async function rescueProject({ name, projectsDir, nowMs, ...copied }: RescueRequest): Promise<string> {
  const when = stamp(nowMs)
    .replace('T', ' ')
    .replace(/\.\d+Z$/u, '');
  const folder = path.join(projectsDir, safeName(name, { suffix: ` rescued ${when}${PROJECT_SUFFIX}` }));
  // Under a name of our own until it is whole.
  const making = temporaryName(folder);
  try {
    makeFolder(making);
    await copyDatabase(path.join(making, DATABASE_FILE), { ...copied, isStopped: () => false });
    renameSync(making, folder);
    return folder;
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
}
