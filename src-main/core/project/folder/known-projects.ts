import { inTransaction } from '#core/base/db/database.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { createSeals, type SealsParts } from '#core/base/seals.ts';
import type { OpenFolder } from './project-folder.ts';
import { requireShortRows, requireUsableRows } from './usable-rows.ts';

/**
 * Which projects were open for writing in their folder on this computer, so that what waits in them was asked for here and their rows were written here.
 * Being in the list of recent ones says less: those that could not be opened, or were only read, are in it too, and another project may have taken the
 * place of one.
 */
export function createKnownProjects(parts: SealsParts) {
  const { logger } = parts;
  const seals = createSeals(parts);

  const isKnown = ({ db, folder }: OpenFolder): boolean => seals.has(db, ['project', folder]);

  return {
    /** What people said on this computer of the projects that they have open. */
    seals,
    isKnown,

    /** To be called once what was unfinished in a project that is new here waits for a person. */
    note(opened: OpenFolder): void {
      if (opened.readOnly !== null || isKnown(opened)) return;
      try {
        inTransaction(opened.db, () => seals.add(opened.db, ['project', opened.folder]));
      } catch (error) {
        if (storageTrouble(error) !== 'full') throw error;
        logger.warn({ error, folder: opened.folder }, 'the next opening takes the project for a new one, because the disk is full');
      }
    },

    /**
     * A project of a newer studio has tables and rows of its own, in which lengths alone are looked at.
     * @throws AppError for one that is new here: `invalid-input` when it holds what would hold the studio up, `damaged` when damage hides whether it does, unless
     * a person asked to read what can be read
     */
    requireUsable(opened: OpenFolder): void {
      if (isKnown(opened)) return;
      try {
        if (opened.readOnly === 'newer') requireShortRows(opened.db);
        else requireUsableRows(opened.db);
      } catch (error) {
        if (storageTrouble(error) !== 'damaged') throw error;
        if (opened.readOnly !== 'asked') throw new AppError('damaged', words('project.damagedAndNew'), { cause: error });
        logger.warn({ error, folder: opened.folder }, 'the rows of a damaged project could not be looked at');
      }
    },
  };
}
