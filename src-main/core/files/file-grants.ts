import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import type { FileGrant } from '#shared/contract/host-api.ts';
import { GrantId } from '#shared/domain/ids.ts';
import { isMissing } from './json-file.ts';
import { requireRegular } from './regular-file.ts';

export interface GrantedFile {
  readonly path: string;
  readonly isFolder: boolean;
}

export type FileGrants = ReturnType<typeof createFileGrants>;

/**
 * What people chose by a dialog, a drop, an upload or the command line. Only hosts grant, so a client can never name a path of
 * its own. Grants live as long as the core.
 */
export function createFileGrants() {
  const granted = new Map<GrantId, GrantedFile>();

  /** @throws AppError `not-found` after a restart of the core: grants are not kept. */
  function resolve(grantId: GrantId): GrantedFile {
    const file = granted.get(grantId);
    if (file === undefined) throw new AppError('not-found', 'The chosen file or folder is no longer known to the studio. Choose it again.');
    return file;
  }

  return {
    resolve,

    /** @throws AppError `not-found` when nothing is there, `invalid-input` for a relative path and for pipes and devices. */
    async grantPath(chosen: string): Promise<FileGrant> {
      if (!path.isAbsolute(chosen)) throw new AppError('invalid-input', `"${chosen}" is not an absolute path.`);
      const file = path.resolve(chosen);
      const found = await stat(file).catch((error: unknown) => {
        if (isMissing(error)) throw new AppError('not-found', `There is nothing at ${file}.`, { cause: error });
        throw error;
      });
      const isFolder = found.isDirectory();
      if (!isFolder) requireRegular(found, file);
      const grantId = GrantId.parse(crypto.randomUUID());
      granted.set(grantId, { path: file, isFolder });
      return { grantId, name: path.basename(file) };
    },

    /** @throws AppError `invalid-input` when the grant is of a file. */
    resolveFolder(grantId: GrantId): string {
      const file = resolve(grantId);
      if (!file.isFolder) throw new AppError('invalid-input', `"${path.basename(file.path)}" is a file; choose a folder.`);
      return file.path;
    },
  };
}
