import type { WritableDb } from '../database.ts';

/**
 * The project: videos, shots that tile them, texts as chains of revisions, detection runs with their curves, speech, jobs and
 * history. Times ending in `_us` are microseconds from the first frame; `_ms` wall-clock or elapsed milliseconds.
 */
export const migration001 = {
  version: 1,
  up(db: WritableDb): void {
    db.exec(`
      CREATE TABLE project (
        key TEXT PRIMARY KEY, value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE videos (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        path TEXT,
        fingerprint TEXT,
        position INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending','ok','missing','corrupt')),
        state_reason TEXT,
        probe TEXT,
        split TEXT CHECK (split IN ('train','val','test')),
        shot2story TEXT,
        created_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX videos_by_position ON videos (position);
      CREATE INDEX videos_by_fingerprint ON videos (fingerprint);

      -- Per-frame start times of variable-rate videos: little-endian float64 microseconds, deflated.
      CREATE TABLE frame_times (
        video_id TEXT PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
        pts_us BLOB NOT NULL
      ) STRICT;

      CREATE TABLE shots (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
        start_frame INTEGER NOT NULL CHECK (start_frame >= 0),
        end_frame INTEGER NOT NULL CHECK (end_frame > start_frame),
        transition_kind TEXT NOT NULL CHECK (transition_kind IN ('cut','dissolve','fade','unknown')),
        transition_start_frame INTEGER NOT NULL,
        transition_end_frame INTEGER NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('start','detector','human','import')),
        confidence REAL,
        locked INTEGER NOT NULL CHECK (locked IN (0, 1))
      ) STRICT;
      CREATE INDEX shots_by_video ON shots (video_id, start_frame);

      CREATE TABLE detection_runs (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
        detector TEXT NOT NULL,
        detector_version TEXT NOT NULL,
        options TEXT NOT NULL,
        threshold REAL NOT NULL,
        frame_count INTEGER NOT NULL,
        device TEXT,
        duration_ms REAL NOT NULL,
        -- float32 little-endian, deflated: the cut scores, and the transition scores where the detector has them.
        cut_curve BLOB NOT NULL,
        transition_curve BLOB,
        created_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX detection_runs_by_video ON detection_runs (video_id, created_at_ms);

      CREATE TABLE revisions (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
        shot_id TEXT REFERENCES shots (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        kind TEXT NOT NULL CHECK (kind IN ('visual','narration','summary')),
        text TEXT NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('human','model','import')),
        actor TEXT NOT NULL,
        provenance TEXT,
        job_id TEXT,
        parent_id TEXT,
        status TEXT NOT NULL CHECK (status IN ('draft','accepted','rejected','needs-work')),
        is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
        stale_reason TEXT,
        mean_log_prob REAL,
        links TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        CHECK ((kind = 'summary') = (shot_id IS NULL))
      ) STRICT;
      CREATE INDEX revisions_by_text ON revisions (video_id, kind, shot_id, created_at_ms);
      CREATE INDEX revisions_by_shot ON revisions (shot_id);
      CREATE UNIQUE INDEX one_current_revision ON revisions (video_id, kind, ifnull(shot_id, '')) WHERE is_current = 1;

      CREATE VIRTUAL TABLE revision_search USING fts5 (text, content = 'revisions', content_rowid = 'rowid', tokenize = 'unicode61');
      CREATE TRIGGER revisions_added AFTER INSERT ON revisions BEGIN
        INSERT INTO revision_search (rowid, text) VALUES (new.rowid, new.text);
      END;
      CREATE TRIGGER revisions_removed AFTER DELETE ON revisions BEGIN
        INSERT INTO revision_search (revision_search, rowid, text) VALUES ('delete', old.rowid, old.text);
      END;
      CREATE TRIGGER revisions_changed AFTER UPDATE OF text ON revisions BEGIN
        INSERT INTO revision_search (revision_search, rowid, text) VALUES ('delete', old.rowid, old.text);
        INSERT INTO revision_search (rowid, text) VALUES (new.rowid, new.text);
      END;

      CREATE TABLE transcript_segments (
        id TEXT PRIMARY KEY,
        video_id TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
        start_us INTEGER NOT NULL,
        end_us INTEGER NOT NULL,
        text TEXT NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('speech-recognition','import','human'))
      ) STRICT;
      CREATE INDEX transcript_segments_by_video ON transcript_segments (video_id, start_us);

      CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        video_id TEXT,
        actor TEXT NOT NULL,
        params TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued','running','paused','done','failed','cancelled')),
        after_job_id TEXT,
        fraction REAL NOT NULL DEFAULT 0,
        stage TEXT,
        checkpoint TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        result TEXT,
        created_at_ms INTEGER NOT NULL,
        started_at_ms INTEGER,
        finished_at_ms INTEGER
      ) STRICT;
      CREATE INDEX jobs_by_state ON jobs (state, sequence);

      CREATE TABLE history (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL UNIQUE,
        actor TEXT NOT NULL,
        label TEXT NOT NULL,
        video_id TEXT,
        state TEXT NOT NULL CHECK (state IN ('applied','undone')),
        -- JSON array of RecordChange.
        changes TEXT NOT NULL,
        change_count INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX history_by_actor ON history (actor, state, sequence);
    `);
  },
};
