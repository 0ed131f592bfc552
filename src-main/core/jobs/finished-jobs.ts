import type { WritableDb } from '#core/base/db/database.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { MAX_DONE_JOBS } from './job-limits.ts';
import { finishJob, type JobEnd } from './job-repository.ts';

/** What is kept of what they were asked and of what they made. */
const MAX_DONE_BYTES = 16 * 1024 ** 2;
/** What is kept of what jobs made that failed or were cancelled; they themselves stay until somebody removes them. */
const MAX_RESULT_BYTES = 16 * 1024 ** 2;

/** Of the finished jobs, the newest first, those that are beyond a number or beyond so many bytes; never the newest. */
const BEYOND = (states: string, bytes: string): string => `
  SELECT id FROM (
    SELECT id, row_number() OVER newest AS place, sum(${bytes}) OVER newest AS bytes FROM jobs WHERE state IN (${states})
    WINDOW newest AS (ORDER BY sequence DESC)
  ) WHERE place > 1 AND (place > ? OR bytes > ?)`;

const RESULT_BYTES = 'ifnull(octet_length(result), 0)';
const DONE_BYTES = `octet_length(params) + ${RESULT_BYTES}`;

/** Writes down how a job ended, and forgets the oldest of what is finished: a queue in which people work for years, or that a program fills, can always be listed. */
export function finishAndTrim(db: WritableDb, jobId: JobId, end: JobEnd, nowMs: number): void {
  finishJob(db, jobId, end, nowMs);
  trimFinished(db);
}

function trimFinished(db: WritableDb): void {
  const held = db
    .prepare<[], { state: string; jobs: number; bytes: number; resultBytes: number }>(
      `SELECT state, count(*) AS jobs, sum(${DONE_BYTES}) AS bytes, sum(${RESULT_BYTES}) AS resultBytes FROM jobs
       WHERE state IN ('done', 'failed', 'cancelled') GROUP BY state`,
    )
    .all();
  const done = held.find(({ state }) => state === 'done');
  if (done !== undefined && (done.jobs > MAX_DONE_JOBS || done.bytes > MAX_DONE_BYTES))
    db.prepare(`DELETE FROM jobs WHERE id IN (${BEYOND(`'done'`, DONE_BYTES)})`).run(MAX_DONE_JOBS, MAX_DONE_BYTES);
  const failedBytes = held.reduce((sum, { state, resultBytes }) => sum + (state === 'done' ? 0 : resultBytes), 0);
  if (failedBytes > MAX_RESULT_BYTES)
    db.prepare(`UPDATE jobs SET result = NULL WHERE result IS NOT NULL AND id IN (${BEYOND(`'failed', 'cancelled'`, RESULT_BYTES)})`).run(
      Number.MAX_SAFE_INTEGER,
      MAX_RESULT_BYTES,
    );
}
