import type { WritableDb } from '../database.ts';

/** Which threshold a detection's shots were cut at is part of history, so that undo takes it back with the shots. */
export const migration004 = {
  version: 4,
  up(db: WritableDb): void {
    // `id` is that of the run. A run without a row was cut at the threshold that stands in detection_runs.
    db.exec(`
      CREATE TABLE run_thresholds (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES videos (id) DEFERRABLE INITIALLY DEFERRED,
        threshold REAL NOT NULL
      ) STRICT;
      CREATE INDEX run_thresholds_by_video ON run_thresholds (video_id)`);
  },
};
