import type { WritableDb } from '../database.ts';

/**
 * What a data set said of a video is kept as it stood there, so that it goes out as it came. It takes the place of `videos.shot2story`, which videos of earlier imports
 * have still: what was lost of those cannot be had again.
 */
export const migration008 = {
  version: 8,
  up(db: WritableDb): void {
    // `format` is the id of the importer; `record` is the JSON text, in UTF-8, deflated.
    db.exec('CREATE TABLE source_records (video_id TEXT PRIMARY KEY, format TEXT NOT NULL, record BLOB NOT NULL) STRICT');
  },
};
