import type { WritableDb } from '../database.ts';

/**
 * The project: videos, shots that tile them, texts as chains of revisions, detection runs with their curves, speech, jobs and
 * history. Times ending in `_us` are microseconds from the first frame; `_ms` wall-clock or elapsed milliseconds.
 *
 * Two sorts of tables. What people decide (videos, shots, revisions, transcript_segments) takes part in history: every write
 * is captured, and no foreign key cascades into them, so nothing vanishes unrecorded. What is measured (video_files,
 * frame_times, detection_runs) can be measured again; it has no foreign key to videos and outlives a removed one, so that
 * taking the removal back gives everything again. It is swept once history has forgotten the video.
 */
export const migration001 = {
  version: 1,
  up(db: WritableDb): void {
    db.exec(DECIDED);
    db.exec(SEARCH);
    db.exec(MEASURED);
    db.exec(JOBS_AND_HISTORY);
  },
};

const DECIDED = `
  CREATE TABLE videos (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    split TEXT CHECK (split IN ('train','val','test')),
    shot2story TEXT,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX videos_by_position ON videos (position);

  CREATE TABLE shots (
    id TEXT PRIMARY KEY,
    video_id TEXT NOT NULL REFERENCES videos (id) DEFERRABLE INITIALLY DEFERRED,
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

  CREATE TABLE revisions (
    -- The search index refers to rows by this number: unlike an implicit rowid, VACUUM keeps it and nothing gets it twice.
    row_key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    video_id TEXT NOT NULL REFERENCES videos (id) DEFERRABLE INITIALLY DEFERRED,
    shot_id TEXT REFERENCES shots (id) DEFERRABLE INITIALLY DEFERRED,
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
  CREATE INDEX revisions_by_video ON revisions (video_id, kind, shot_id);
  CREATE INDEX revisions_by_shot ON revisions (shot_id, kind);
  CREATE UNIQUE INDEX one_current_revision ON revisions (video_id, kind, ifnull(shot_id, '')) WHERE is_current = 1;

  CREATE TABLE transcript_segments (
    id TEXT PRIMARY KEY,
    video_id TEXT NOT NULL REFERENCES videos (id) DEFERRABLE INITIALLY DEFERRED,
    start_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    text TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('speech-recognition','import','human'))
  ) STRICT;
  CREATE INDEX transcript_segments_by_video ON transcript_segments (video_id, start_us);
`;

/** Only current texts are found; the view is what a rebuild of the index reads. */
const SEARCH = `
  CREATE VIEW current_texts AS SELECT row_key, text FROM revisions WHERE is_current = 1;
  CREATE VIRTUAL TABLE text_search USING fts5 (
    text, content = 'current_texts', content_rowid = 'row_key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
  );
  CREATE TRIGGER text_search_added AFTER INSERT ON revisions WHEN new.is_current = 1 BEGIN
    INSERT INTO text_search (rowid, text) VALUES (new.row_key, new.text);
  END;
  CREATE TRIGGER text_search_removed AFTER DELETE ON revisions WHEN old.is_current = 1 BEGIN
    INSERT INTO text_search (text_search, rowid, text) VALUES ('delete', old.row_key, old.text);
  END;
  -- One trigger for both steps: the order in which several would fire is not defined.
  CREATE TRIGGER text_search_changed AFTER UPDATE OF text, is_current ON revisions
    WHEN old.text IS NOT new.text OR old.is_current <> new.is_current BEGIN
    INSERT INTO text_search (text_search, rowid, text) SELECT 'delete', old.row_key, old.text WHERE old.is_current = 1;
    INSERT INTO text_search (rowid, text) SELECT new.row_key, new.text WHERE new.is_current = 1;
  END;
`;

const MEASURED = `
  CREATE TABLE video_files (
    video_id TEXT PRIMARY KEY,
    -- Null for a video of an imported data set whose file has not been found yet.
    path TEXT,
    fingerprint TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending','ok','missing','corrupt')),
    state_reason TEXT,
    probe TEXT
  ) STRICT;
  CREATE INDEX video_files_by_path ON video_files (path);
  CREATE INDEX video_files_by_fingerprint ON video_files (fingerprint);

  -- Per-frame start times of variable-rate videos: little-endian float64 microseconds, deflated.
  CREATE TABLE frame_times (
    video_id TEXT PRIMARY KEY,
    pts_us BLOB NOT NULL
  ) STRICT;

  CREATE TABLE detection_runs (
    id TEXT PRIMARY KEY,
    video_id TEXT NOT NULL,
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
`;

const JOBS_AND_HISTORY = `
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
  CREATE INDEX jobs_by_predecessor ON jobs (after_job_id);

  CREATE TABLE history (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    actor TEXT NOT NULL,
    label TEXT NOT NULL,
    video_id TEXT,
    -- Steps that belong together (one job's units, one text being typed) join the entry with their key.
    group_key TEXT,
    -- Null while the step is applied; else rises with each undo, so that redo takes the last one undone.
    undone_order INTEGER,
    -- 1 when records of the step have moved on since, so that it can be neither undone nor redone.
    is_superseded INTEGER NOT NULL DEFAULT 0 CHECK (is_superseded IN (0, 1)),
    change_count INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX history_by_actor ON history (actor, is_superseded, undone_order, sequence);
  CREATE INDEX history_by_group ON history (group_key) WHERE group_key IS NOT NULL;

  -- RecordChanges of a step, in the order in which they happened.
  CREATE TABLE history_changes (
    history_sequence INTEGER NOT NULL REFERENCES history (sequence) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    record_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (history_sequence, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX history_changes_by_record ON history_changes (table_name, record_id);
`;
