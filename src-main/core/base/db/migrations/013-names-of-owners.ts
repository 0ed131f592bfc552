import type { WritableDb } from '../database.ts';

/**
 * Names under which owners worked on this project, as `nameKey` gives them. Undo and jobs go by names, and a project that moved to another computer meets a studio
 * that never heard of its owners.
 */
export const migration013 = {
  version: 13,
  up(db: WritableDb): void {
    db.exec('CREATE TABLE owner_names (name_key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID');
  },
};
