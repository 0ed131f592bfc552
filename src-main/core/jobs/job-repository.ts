import { requireCountable } from '#core/base/db/counting.ts';
import { z } from 'zod';
import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import { AppError } from '#shared/contract/errors.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { Job, MAX_WAITING_SHOWN, type JobError, type JobState, readJobResult, type UnreadableJob } from '#shared/domain/job.ts';
import { readStoredWords, storedWords, words } from '#shared/words/words.ts';
import type { NewJob } from './job-definition.ts';
import { jobError } from './job-failure.ts';

const JobRow = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  video_id: z.string().nullable(),
  actor: z.string(),
  is_valid: z.literal(1),
  state: z.string(),
  after_job_id: z.string().nullable(),
  fraction: z.number(),
  stage: z.string().nullable(),
  attempts: z.number(),
  error: z.string().nullable(),
  result: z.string().nullable(),
  created_at_ms: z.number(),
  started_at_ms: z.number().nullable(),
  finished_at_ms: z.number().nullable(),
});

/** Of params and results that a list looks into. What is longer is nothing that a page could show, and may be as long as whoever wrote the row liked. */
const MAX_LISTED_BYTES = 1024 ** 2;

/** What jobs are read from: neither their checkpoints nor, beyond a look whether they can be read, their params. */
const LISTED = `id, sequence, kind, title, video_id, actor, state, after_job_id, fraction, stage, attempts, error, created_at_ms, started_at_ms,
  finished_at_ms, CASE WHEN octet_length(result) <= ${MAX_LISTED_BYTES} THEN result END AS result,
  CASE WHEN octet_length(params) <= ${MAX_LISTED_BYTES} THEN json_valid(params) ELSE 1 END AS is_valid`;

function parseRow(row: unknown): Job {
  const columns = JobRow.parse(row);
  const parsed = (text: string | null): unknown => (text === null ? null : parseStoredJson(text));
  return Job.parse({
    id: columns.id,
    kind: columns.kind,
    title: readStoredWords(columns.title),
    actor: columns.actor,
    videoId: columns.video_id,
    state: columns.state,
    afterJobId: columns.after_job_id,
    fraction: columns.fraction,
    stage: columns.stage,
    etaMs: null,
    attempts: columns.attempts,
    error: parsed(columns.error),
    result: readJobResult(columns.kind, parsed(columns.result)),
    createdAtMs: columns.created_at_ms,
    startedAtMs: columns.started_at_ms,
    finishedAtMs: columns.finished_at_ms,
  });
}

/** One damaged row must not take the whole queue with it: it is shown as a job that failed and can be removed. */
function fromRow(row: unknown): Job {
  try {
    return parseRow(row);
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return unreadableJob(row);
    throw error;
  }
}

/** Stands for the id of a row that has none of its own. */
const UNREADABLE_ID = /^unreadable-(\d+)$/;

/** What can still be said of a row that does not fit. */
const Remains = z.object({
  id: z.unknown().transform((id) => JobId.safeParse(id).data ?? null),
  sequence: z.number().catch(0),
  title: z.string().min(1).transform(readStoredWords).catch(words('titles.unreadable')),
  created_at_ms: z.int().catch(0),
});

function unreadableJob(row: unknown): UnreadableJob {
  const { id, sequence, title, created_at_ms: createdAtMs } = Remains.parse(row);
  return {
    id: id ?? JobId.parse(`unreadable-${sequence}`),
    kind: 'unreadable',
    title,
    videoId: null,
    actor: '',
    state: 'failed',
    afterJobId: null,
    fraction: 0,
    stage: null,
    etaMs: null,
    attempts: 0,
    error: jobError('unsupported', words('jobs.recordUnreadable')),
    result: null,
    createdAtMs,
    startedAtMs: null,
    finishedAtMs: null,
  };
}

function isReadable({ kind }: Job): boolean {
  return kind !== 'unreadable';
}

/** One by one, in the order of the calls. */
export function jobInserter(db: WritableDb, nowMs: number): (job: Omit<NewJob, 'after'> & { readonly afterJobId: JobId | null }) => JobId {
  const insert = db.prepare<unknown[], number>(
    `INSERT INTO jobs (id, sequence, kind, title, video_id, actor, params, state, after_job_id, created_at_ms)
     VALUES (?, (SELECT ifnull(max(sequence), 0) + 1 FROM jobs), ?, ?, ?, ?, ?, 'queued', ?, ?) RETURNING sequence`,
  );
  insert.pluck();
  return ({ kind, title, videoId, actor, params, afterJobId }) => {
    const id = JobId.parse(crypto.randomUUID());
    requireCountable(insert.get(id, kind, storedWords(title), videoId, actor, JSON.stringify(params), afterJobId, nowMs) ?? 0);
    return id;
  };
}

export function listJobs(db: ReadableDb): Job[] {
  return db.prepare(`SELECT ${LISTED} FROM jobs ORDER BY sequence`).all().map(fromRow);
}

/** Of what has ended, as many as people look through. */
const MOST_SHOWN = { waiting: MAX_WAITING_SHOWN, ended: 1_000, failed: 1_000 };

/** All that run, the next of those that wait, and the newest of the others. In order. */
export function listShownJobs(db: ReadableDb, most = MOST_SHOWN): Job[] {
  return db
    .prepare<[number, number, number]>(
      `SELECT ${LISTED} FROM jobs WHERE sequence IN (
         SELECT sequence FROM jobs WHERE state = 'running'
         UNION ALL SELECT * FROM (SELECT sequence FROM jobs WHERE state IN ('queued','paused') ORDER BY sequence LIMIT ?)
         UNION ALL SELECT * FROM (SELECT sequence FROM jobs WHERE state IN ('done','cancelled') ORDER BY sequence DESC LIMIT ?)
         UNION ALL SELECT * FROM (
           SELECT sequence FROM jobs WHERE state NOT IN ('running','queued','paused','done','cancelled') ORDER BY sequence DESC LIMIT ?)
       ) ORDER BY sequence`,
    )
    .all(most.waiting, most.ended, most.failed)
    .map(fromRow);
}

/** What tells whether something works on a video; without those whose record has no id. */
export type JobBrief = Pick<Job, 'id' | 'state' | 'videoId'>;

export function listBriefs(db: ReadableDb): JobBrief[] {
  return db
    .prepare<[], { id: string; state: JobState; videoId: VideoId | null }>(
      'SELECT id, state, video_id AS videoId FROM jobs ORDER BY sequence',
    )
    .all()
    .flatMap(({ id, ...brief }) => ({ id: JobId.safeParse(id).data, ...brief }))
    .filter((brief): brief is JobBrief => brief.id !== undefined);
}

/** Those that a full disk stopped, as their error says. */
export function pausedJobs(db: ReadableDb): Job[] {
  return db.prepare(`SELECT ${LISTED} FROM jobs WHERE state = 'paused' AND error IS NOT NULL ORDER BY sequence`).all().map(fromRow);
}

/** Which jobs count as the same work. */
export interface SameJob {
  isWanted(job: Pick<Job, 'id' | 'state'>): boolean;
  /** Names of params in which they may differ. */
  readonly ignoring: readonly string[];
}

/** By what they were asked to do, the wanted jobs of a kind; the newest of several. */
export function jobsByParams(db: ReadableDb, kind: string, { isWanted, ignoring }: SameJob): ReadonlyMap<string, JobId> {
  const rows = db
    .prepare<[string], { id: JobId; params: string; state: JobState }>(
      'SELECT id, params, state FROM jobs WHERE kind = ? ORDER BY sequence',
    )
    .iterate(kind);
  const found = new Map<string, JobId>();
  for (const { id, params, state } of rows) if (isWanted({ id, state })) found.set(askedFor(params, ignoring), id);
  return found;
}

/** Of the JSON of a job's params, what is to be done, without when that was asked for. */
export function askedFor(params: string, ignoring: readonly string[]): string {
  const asked = params.replace(/,"askedAfter":\d+\}$/, '}');
  if (ignoring.length === 0) return asked;
  try {
    return JSON.stringify(parseStoredJson(asked), (key, value: unknown) => (ignoring.includes(key) ? undefined : value));
  } catch (error) {
    // What is damaged is the same as nothing else.
    if (error instanceof SyntaxError) return asked;
    throw error;
  }
}

/** Jobs that wait, run or came to nothing, which cost nobody anything to add, and how much their params hold. */
export function undoneJobs(db: ReadableDb): { readonly count: number; readonly bytes: number } {
  const found = db
    .prepare<[], { count: number; bytes: number | null }>(
      "SELECT count(*) AS count, sum(octet_length(params)) AS bytes FROM jobs WHERE state != 'done'",
    )
    .get();
  return { count: found?.count ?? 0, bytes: found?.bytes ?? 0 };
}

export function getJob(db: ReadableDb, jobId: JobId): Job {
  const [, sequence] = UNREADABLE_ID.exec(jobId) ?? [];
  const row =
    sequence === undefined
      ? db.prepare(`SELECT ${LISTED} FROM jobs WHERE id = ?`).get(jobId)
      : db.prepare(`SELECT ${LISTED} FROM jobs WHERE sequence = ?`).get(Number(sequence));
  if (row === undefined) throw new AppError('not-found', words('jobs.gone'));
  return fromRow(row);
}

/** What only the job itself needs: what it was asked to do, and what its last run left. */
export function workOf(db: ReadableDb, jobId: JobId): { readonly params: unknown; readonly checkpoint: unknown } {
  const row = db
    .prepare<[JobId], { params: string; checkpoint: string | null }>('SELECT params, checkpoint FROM jobs WHERE id = ?')
    .get(jobId);
  if (row === undefined) throw new AppError('not-found', words('jobs.gone'));
  return { params: parseStoredJson(row.params), checkpoint: row.checkpoint === null ? null : parseStoredJson(row.checkpoint) };
}

/** The oldest queued jobs of these kinds whose predecessor is done or gone. Reads no further than it must: tens of thousands may be queued. */
export function firstRunnable(
  db: ReadableDb,
  kinds: readonly string[],
  { most, mayBegin }: { readonly most: number; readonly mayBegin: (job: Job) => boolean },
): Job[] {
  const found: Job[] = [];
  const rows = db
    .prepare<[string]>(
      `SELECT ${LISTED} FROM jobs WHERE state = 'queued' AND kind IN (SELECT value FROM json_each(?)) AND (
         after_job_id IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS earlier WHERE earlier.id = jobs.after_job_id AND earlier.state <> 'done')
       ) ORDER BY sequence`,
    )
    .iterate(JSON.stringify(kinds));
  for (const row of rows) {
    const job = fromRow(row);
    if (isReadable(job) && mayBegin(job)) found.push(job);
    if (found.length >= most) break;
  }
  return found;
}

/** Unfinished jobs that wait, directly or through others, for one of `jobIds`. */
export function dependants(db: ReadableDb, jobId: JobId, state: JobState): JobId[] {
  return db
    .prepare<[JobId, JobState], { id: string }>(
      `WITH RECURSIVE chain (id) AS (
           SELECT id FROM jobs WHERE after_job_id = ?
           UNION SELECT jobs.id FROM jobs JOIN chain ON jobs.after_job_id = chain.id
         ) SELECT jobs.id FROM jobs JOIN chain USING (id) WHERE state = ?`,
    )
    .all(jobId, state)
    .flatMap(({ id }) => JobId.safeParse(id).data ?? []);
}

export function markRunning(db: WritableDb, jobId: JobId, nowMs: number): void {
  db.prepare(
    `UPDATE jobs SET state = 'running', attempts = attempts + 1, error = NULL, started_at_ms = ?, finished_at_ms = NULL WHERE id = ?`,
  ).run(nowMs, jobId);
}

/** Puts a job that ran, or was about to, back to waiting. The attempt is given back: it was stopped in order, not by a crash. */
export function putBack(
  db: WritableDb,
  jobId: JobId,
  { state, error }: { readonly state: 'queued' | 'paused'; readonly error: JobError | null },
): void {
  db.prepare('UPDATE jobs SET state = ?, error = ?, attempts = max(0, attempts - 1) WHERE id = ?').run(
    state,
    error === null ? null : JSON.stringify(error),
    jobId,
  );
}

/** Puts every job that waits, or ran when its process ended, on hold. Returns how many. */
export function pauseUnfinished(db: WritableDb): number {
  return db.prepare(`UPDATE jobs SET state = 'paused', error = NULL WHERE state IN ('queued', 'running')`).run().changes;
}

export function setJobState(db: WritableDb, jobId: JobId, state: JobState): void {
  db.prepare('UPDATE jobs SET state = ? WHERE id = ?').run(state, jobId);
}

/** Queues a finished or paused job again; `attempts` starts over because a person decided so. */
export function requeueJob(db: WritableDb, jobId: JobId): void {
  db.prepare(`UPDATE jobs SET state = 'queued', attempts = 0, error = NULL, finished_at_ms = NULL WHERE id = ?`).run(jobId);
}

export interface JobEnd {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly error: JobError | null;
  /** Null: nothing to report. */
  readonly result: unknown;
}

export function finishJob(db: WritableDb, jobId: JobId, end: JobEnd, nowMs: number): void {
  db.prepare(
    `UPDATE jobs SET state = ?, error = ?, result = ?, fraction = CASE WHEN ? = 'done' THEN 1 ELSE fraction END, finished_at_ms = ?
     WHERE id = ?`,
  ).run(
    end.state,
    end.error === null ? null : JSON.stringify(end.error),
    end.result === null ? null : JSON.stringify(end.result),
    end.state,
    nowMs,
    jobId,
  );
}

export function saveProgress(db: WritableDb, jobId: JobId, fraction: number, stage: string): void {
  db.prepare('UPDATE jobs SET fraction = ?, stage = ? WHERE id = ?').run(fraction, stage, jobId);
}

export function saveCheckpoint(db: WritableDb, jobId: JobId, value: unknown): void {
  db.prepare('UPDATE jobs SET checkpoint = ? WHERE id = ?').run(JSON.stringify(value), jobId);
}

/** Deletes finished jobs that no unfinished job waits for, and those whose record cannot be read. */
export function deleteFinishedJobs(db: WritableDb): void {
  db.exec(`
    DELETE FROM jobs WHERE state IN ('done','failed','cancelled') AND NOT EXISTS (
      SELECT 1 FROM jobs AS later WHERE later.after_job_id = jobs.id AND later.state IN ('queued','running','paused')
    )`);
  for (const job of listJobs(db)) if (!isReadable(job)) deleteJob(db, job.id);
}

/** Deletes a job, whatever its state. What waits for it no longer does. */
export function deleteJob(db: WritableDb, jobId: JobId): void {
  const [, sequence] = UNREADABLE_ID.exec(jobId) ?? [];
  if (sequence === undefined) db.prepare('DELETE FROM jobs WHERE id = ?').run(jobId);
  else db.prepare('DELETE FROM jobs WHERE sequence = ?').run(Number(sequence));
}

/** Jobs that a process left `running` when it ended. */
export function interruptedJobs(db: ReadableDb): Job[] {
  return db.prepare(`SELECT ${LISTED} FROM jobs WHERE state = 'running' ORDER BY sequence`).all().map(fromRow).filter(isReadable);
}
