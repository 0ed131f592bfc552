import type { WritableDb } from '../database.ts';

/** What jobs found out and made, which used to stand in their rows alone and went with them when the queue was cleared. */
export const migration005 = {
  version: 5,
  up(db: WritableDb): void {
    db.exec(TABLES);
    db.exec(FROM_JOBS);
  },
};

const TABLES = `
  -- Steps that came to their end on a video, also where they found nothing. Measured, so it outlives a removed video like what else was measured.
  CREATE TABLE steps_done (
    video_id TEXT NOT NULL,
    step TEXT NOT NULL,
    done_at_ms INTEGER NOT NULL,
    PRIMARY KEY (video_id, step)
  ) STRICT, WITHOUT ROWID;

  -- Files that an export wrote: their names, as JSON, and their folder. Kept without the job.
  CREATE TABLE exported_sets (
    job_id TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    files TEXT NOT NULL,
    archive TEXT,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
`;

/** Rows that somebody damaged are left out: their jobs cannot be read either. */
const FROM_JOBS = `
  INSERT INTO steps_done (video_id, step, done_at_ms)
    SELECT video_id, 'transcribe', max(ifnull(finished_at_ms, created_at_ms)) FROM jobs
    WHERE kind = 'transcribe' AND state = 'done' AND video_id IS NOT NULL AND json_valid(result) AND json_type(result, '$.modelSha256') = 'text'
    GROUP BY video_id;
  INSERT INTO exported_sets (job_id, folder, files, archive, created_at_ms)
    SELECT id, result ->> '$.folder', json_extract(result, '$.files'), NULL, ifnull(finished_at_ms, created_at_ms) FROM jobs
    WHERE kind = 'export' AND state = 'done' AND id IS NOT NULL AND json_valid(result) AND json_type(result, '$.folder') = 'text' AND json_type(result, '$.files') = 'array';
`;
