import type { WritableDb } from '../database.ts';

/**
 * Which step wrote files, kept without its job: they are handed out to whoever may ask for such a step. Null where the job went before anybody asked: owners
 * alone have those.
 */
export const migration012 = {
  version: 12,
  up(db: WritableDb): void {
    db.exec('ALTER TABLE exported_sets ADD COLUMN kind TEXT');
    db.exec('UPDATE exported_sets SET kind = (SELECT kind FROM jobs WHERE jobs.id = exported_sets.job_id)');
  },
};
