import type { WritableDb } from '../database.ts';

/**
 * Jobs leave alone what people did since they were asked for. A step that was there by then can still be taken back, made again or gone on with:
 * `touched_at` is the number of that, drawn from the same counter as `sequence`; null where it never was.
 */
export const migration010 = {
  version: 10,
  up(db: WritableDb): void {
    db.exec('ALTER TABLE history ADD COLUMN touched_at INTEGER');
  },
};
