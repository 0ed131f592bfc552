import type { WritableDb } from '../database.ts';

/** What names of files begin with that are made of a video: kept, so that they stay when a video of the same name is taken out. */
export const migration007 = {
  version: 7,
  up(db: WritableDb): void {
    db.exec('CREATE TABLE file_bases (video_id TEXT PRIMARY KEY, base TEXT NOT NULL) STRICT');
  },
};
