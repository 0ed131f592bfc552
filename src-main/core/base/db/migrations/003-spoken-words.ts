import type { WritableDb } from '../database.ts';

/** Speech knows when each word was said, and in which language. */
export const migration003 = {
  version: 3,
  up(db: WritableDb): void {
    // JSON of SpokenWord[]; empty where nobody knows the times of words.
    db.exec(`ALTER TABLE transcript_segments ADD COLUMN words TEXT NOT NULL DEFAULT '[]'`);
    db.exec('ALTER TABLE transcript_segments ADD COLUMN language TEXT');
  },
};
