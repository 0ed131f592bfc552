import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import type { FileGrant } from '#shared/contract/host-api.ts';
import { GrantId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import { isMissing } from './file-errors.ts';
import { fileProblem, requireRegular } from './regular-file.ts';
import type { Uploads } from './uploads.ts';

export interface GrantedFile {
  readonly path: string;
  readonly isFolder: boolean;
}

export type FileGrants = ReturnType<typeof createFileGrants>;

/**
 * What people chose by a dialog, a drop, an upload or the command line. Only hosts grant, so a client can never name a path of
 * its own. Grants live as long as the core.
 */
export function createFileGrants(uploads: Pick<Uploads, 'claim' | 'take' | 'giveBack' | 'hold' | 'release' | 'isUpload' | 'sentBy'>) {
  const granted = new Map<GrantId, GrantedFile>();
  /** What was granted before keeps its grant, so that asking again and again makes no more of them. */
  const known = new Map<string, GrantId>();

  /** @throws AppError `not-found` after a restart of the core: grants are not kept. */
  function resolve(grantId: GrantId): GrantedFile {
    const file = granted.get(grantId);
    if (file === undefined) throw new AppError('not-found', words('base.grantGone'));
    return file;
  }

  return {
    resolve,

    /** Says that the project holds on to a file, not only reads it once: one that was uploaded for it is then kept. */
    claim: (file: string): void => uploads.claim(file),
    /** The same in two steps, around what may fail. */
    take: (file: string): void => uploads.take(file),
    giveBack: (file: string): void => uploads.giveBack(file),
    hold: (file: string): void => uploads.hold(file),
    release: (file: string): void => uploads.release(file),
    isUpload: (file: string): boolean => uploads.isUpload(file),
    sentBy: (personId: string | null): Promise<string[]> => uploads.sentBy(personId),

    /** Where what was granted lies. */
    folders: (): string[] =>
      [...granted.values()].flatMap((file) => (file.isFolder ? [file.path, path.dirname(file.path)] : [path.dirname(file.path)])),

    /** @throws AppError `not-found` when nothing is there, `invalid-input` for a relative path and for what cannot be read, such as a pipe. */
    async grantPath(chosen: string): Promise<FileGrant> {
      if (!path.isAbsolute(chosen)) throw new AppError('invalid-input', words('base.pathNotAbsolute', { path: chosen }));
      const file = path.resolve(chosen);
      const found = await stat(file).catch((error: unknown) => {
        if (isMissing(error)) throw new AppError('not-found', words('base.nothingThere', { path: file }), { cause: error });
        const problem = fileProblem(error);
        if (problem !== null)
          throw new AppError('invalid-input', words('base.fileUnusable', { name: path.basename(file), problem }), { cause: error });
        throw error;
      });
      const isFolder = found.isDirectory();
      if (!isFolder) requireRegular(found, file);
      const grantId = known.get(file) ?? GrantId.parse(crypto.randomUUID());
      known.set(file, grantId);
      granted.set(grantId, { path: file, isFolder });
      return { grantId, name: path.basename(file) };
    },

    /** @throws AppError `invalid-input` when the grant is of a file. */
    resolveFolder(grantId: GrantId): string {
      const file = resolve(grantId);
      if (!file.isFolder) throw new AppError('invalid-input', words('base.fileForFolder', { name: path.basename(file.path) }));
      return file.path;
    },
  };
}
