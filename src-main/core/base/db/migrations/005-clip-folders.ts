import type { WritableDb } from '../database.ts';

/** Folders that people chose for clips, so that exports find the clips of a shot. */
export const migration005 = {
  version: 5,
  up(db: WritableDb): void {
    db.exec('CREATE TABLE clip_folders (folder TEXT PRIMARY KEY) STRICT');
  },
};
