import type { WritableDb } from '../database.ts';

/** What people said on their computers of this project and its videos, signed there: see `core/base/seals.ts`. */
export const migration006 = {
  version: 6,
  up(db: WritableDb): void {
    db.exec('CREATE TABLE seals (seal TEXT PRIMARY KEY) STRICT, WITHOUT ROWID');
  },
};
