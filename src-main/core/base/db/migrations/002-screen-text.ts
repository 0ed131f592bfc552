import type { WritableDb } from '../database.ts';

/**
 * What a text recogniser read on the screen: measured, so it can be read again, and outlives a removed video like the other measured
 * tables. It knows frames, not shots: a shot's text is what lies between its ends, wherever they move.
 */
export const migration002 = {
  version: 2,
  up(db: WritableDb): void {
    db.exec(READINGS);
    db.exec(SEARCH);
  },
};

const READINGS = `
  -- Frames that were read, those without text too.
  CREATE TABLE screen_frames (
    video_id TEXT NOT NULL,
    frame INTEGER NOT NULL,
    -- Share of the pixels beside the text that differ from their neighbours, 0..1.
    background_detail REAL NOT NULL,
    engine TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (video_id, frame)
  ) STRICT, WITHOUT ROWID;

  -- One row for a line that stands over several frames; frame is where it was read best, box and confidence belong to that frame.
  CREATE TABLE screen_texts (
    row_key INTEGER PRIMARY KEY AUTOINCREMENT,
    video_id TEXT NOT NULL,
    frame INTEGER NOT NULL,
    first_frame INTEGER NOT NULL,
    last_frame INTEGER NOT NULL,
    text TEXT NOT NULL,
    confidence REAL NOT NULL,
    box TEXT NOT NULL
  ) STRICT;
  CREATE INDEX screen_texts_by_video ON screen_texts (video_id, frame);
`;

const SEARCH = `
  CREATE VIRTUAL TABLE screen_text_search USING fts5 (
    text, content = 'screen_texts', content_rowid = 'row_key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
  );
  CREATE TRIGGER screen_text_search_added AFTER INSERT ON screen_texts BEGIN
    INSERT INTO screen_text_search (rowid, text) VALUES (new.row_key, new.text);
  END;
  CREATE TRIGGER screen_text_search_removed AFTER DELETE ON screen_texts BEGIN
    INSERT INTO screen_text_search (screen_text_search, rowid, text) VALUES ('delete', old.row_key, old.text);
  END;
`;
