import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import { type Cell, insertRows, OF_THESE_VIDEOS, rowsByVideo, rowsOf, setInRows } from '#core/base/db/many-rows.ts';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { JobId, RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { ImportSource, ModelProvenance, Revision, RevisionPage, RevisionStatus, SentenceLink, TextKind } from '#shared/domain/text.ts';
import { TEXT_BYTES } from '../room.ts';
import { readStoredWords, storedWords, words, type Words } from '#shared/words/words.ts';

/** Names one text: a shot's caption of a kind, or with `shotId` null the video's summary. */
export interface TextKey {
  readonly videoId: VideoId;
  readonly shotId: ShotId | null;
  readonly kind: TextKind;
}

export interface RevisionRow {
  readonly id: string;
  readonly video_id: string;
  readonly shot_id: string | null;
  readonly kind: string;
  readonly text: string;
  readonly origin: string;
  readonly actor: string;
  readonly provenance: string | null;
  readonly job_id: string | null;
  readonly parent_id: string | null;
  readonly status: string;
  readonly is_current: number;
  readonly stale_reason: string | null;
  readonly mean_log_prob: number | null;
  readonly links: string;
  readonly created_at_ms: number;
}

/** The table's own checks hold the closed sets and only this file writes the JSON columns, so ten thousand rows need no parser. */
export function revisionOf(row: RevisionRow): Revision {
  return {
    id: row.id as RevisionId,
    videoId: row.video_id as VideoId,
    shotId: row.shot_id as ShotId | null,
    kind: row.kind as TextKind,
    text: row.text,
    origin: row.origin as Revision['origin'],
    actor: row.actor,
    ...originOf(row),
    jobId: row.job_id as Revision['jobId'],
    parentId: row.parent_id as RevisionId | null,
    status: row.status as RevisionStatus,
    isCurrent: row.is_current === 1,
    staleReason: row.stale_reason === null ? null : readStoredWords(row.stale_reason),
    meanLogProb: row.mean_log_prob,
    links: parseStoredJson(row.links) as SentenceLink[],
    createdAtMs: row.created_at_ms,
  };
}

/** One column holds where a text comes from: what a model was given, or the file of an import. */
function originOf({ origin, provenance }: RevisionRow): Pick<Revision, 'provenance' | 'importedFrom'> {
  if (provenance === null) return { provenance: null };
  const from: unknown = parseStoredJson(provenance);
  return origin === 'import' ? { provenance: null, importedFrom: from as ImportSource } : { provenance: from as ModelProvenance };
}

/** The current revision of every text of a video, captions in the order of their shots, the summary last. */
export function currentTexts(db: ReadableDb, videoId: VideoId): Revision[] {
  return db
    .prepare<[string], RevisionRow>(
      `SELECT revisions.* FROM revisions LEFT JOIN shots ON shots.id = revisions.shot_id
       WHERE revisions.video_id = ? AND is_current = 1 ORDER BY shots.start_frame IS NULL, shots.start_frame, kind DESC`,
    )
    .all(videoId)
    .map(revisionOf);
}

/** A text without where it comes from, which is most of what is stored with each. */
export type PlainText = Pick<Revision, 'shotId' | 'kind' | 'text' | 'status' | 'staleReason'>;

/** As `currentTexts` of each video, for work that goes over whole videos; in no order. */
export function plainTextsByVideo(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlyMap<string, PlainText[]> {
  const rows = rowsByVideo<Omit<PlainText, 'staleReason'> & { readonly videoId: string; readonly staleReason: string | null }>(
    db,
    `SELECT video_id AS videoId, shot_id AS shotId, kind, text, status, stale_reason AS staleReason FROM revisions
     WHERE ${OF_THESE_VIDEOS} AND is_current = 1`,
    videoIds,
  );
  const plain = (row: Omit<PlainText, 'staleReason'> & { readonly staleReason: string | null }): PlainText => {
    const { shotId, kind, text, status, staleReason } = row;
    return { shotId, kind, text, status, staleReason: staleReason === null ? null : readStoredWords(staleReason) };
  };
  return new Map([...rows].map(([videoId, ofVideo]) => [videoId, ofVideo.map(plain)]));
}

/** What is asked for, and sent to a page, in one piece: there may be any number of revisions of a text. */
const PAGE_LENGTH = 100;
const PAGE_BYTES = 1024 ** 2;

/** The newest revisions of one text, or those next older than `before`; newest first. */
export function revisionsOf(db: ReadableDb, key: TextKey, before?: RevisionId): RevisionPage {
  const place = [key.videoId, key.kind, key.shotId, before === undefined ? Number.MAX_SAFE_INTEGER : rowKeyOf(db, before)] as const;
  const older = 'FROM revisions WHERE video_id = ? AND kind = ? AND shot_id IS ? AND row_key < ?';
  const rows = db
    .prepare<[...typeof place], { row_key: number; bytes: number }>(
      `SELECT row_key, ${TEXT_BYTES} AS bytes ${older} ORDER BY row_key DESC LIMIT ${PAGE_LENGTH}`,
    )
    .all(...place);
  let bytes = 0;
  const end = rows.findIndex((row, index) => (bytes += row.bytes) > PAGE_BYTES && index > 0);
  const shown = end < 0 ? rows : rows.slice(0, end);
  const all = db.prepare<[...typeof place], { count: number }>(`SELECT count(*) AS count ${older}`).get(...place)?.count ?? 0;
  const revisions = db
    .prepare<[...typeof place], RevisionRow>(`SELECT * ${older} ORDER BY row_key DESC LIMIT ${shown.length}`)
    .all(...place)
    .map(revisionOf);
  return { revisions, olderCount: all - revisions.length };
}

/** @throws AppError `not-found` */
function rowKeyOf(db: ReadableDb, revisionId: RevisionId): number {
  const row = db.prepare<[string], { row_key: number }>('SELECT row_key FROM revisions WHERE id = ?').get(revisionId);
  if (row === undefined) throw new AppError('not-found', words('project.textGone'));
  return row.row_key;
}

/** What a job wrote for one text, the current revision first, then the newest; null: nothing. */
export function revisionByJob(db: ReadableDb, key: TextKey, jobId: JobId): Revision | null {
  const row = db
    .prepare<[string, string, string | null, string], RevisionRow>(
      'SELECT * FROM revisions WHERE video_id = ? AND kind = ? AND shot_id IS ? AND job_id = ? ORDER BY is_current DESC, row_key DESC LIMIT 1',
    )
    .get(key.videoId, key.kind, key.shotId, jobId);
  return row === undefined ? null : revisionOf(row);
}

/** A revision whose shot is gone. Only of a current one the text is there: the others are moved as they are, and there may be any number of them. */
export type MovedRevision = Pick<
  Revision,
  'id' | 'videoId' | 'shotId' | 'kind' | 'text' | 'origin' | 'status' | 'isCurrent' | 'staleReason'
>;

/** Every revision of the texts of these shots, oldest first. */
export function revisionsOfShots(db: ReadableDb, shotIds: readonly ShotId[]): MovedRevision[] {
  return db
    .prepare<
      [string],
      Omit<MovedRevision, 'isCurrent' | 'staleReason'> & { readonly isCurrent: number; readonly staleReason: string | null }
    >(
      `SELECT id, video_id AS videoId, shot_id AS shotId, kind, iif(is_current, text, '') AS text, origin, status, is_current AS isCurrent,
        stale_reason AS staleReason
       FROM revisions WHERE shot_id IN (SELECT value FROM json_each(?)) ORDER BY row_key`,
    )
    .all(JSON.stringify(shotIds))
    .map((row) => ({
      ...row,
      isCurrent: row.isCurrent === 1,
      staleReason: row.staleReason === null ? null : readStoredWords(row.staleReason),
    }));
}

export function currentRevision(db: ReadableDb, key: TextKey): Revision | null {
  return currentReader(db)(key);
}

function currentReader(db: ReadableDb): (key: TextKey) => Revision | null {
  const statement = db.prepare<[string, string, string], RevisionRow>(
    `SELECT * FROM revisions WHERE is_current = 1 AND video_id = ? AND kind = ? AND ifnull(shot_id, '') = ?`,
  );
  return (key) => {
    const row = statement.get(key.videoId, key.kind, key.shotId ?? '');
    return row === undefined ? null : revisionOf(row);
  };
}

/**
 * For each of these revisions the one that is current in its place now, in their order; there may be ten thousand.
 * @throws AppError `not-found`
 */
export function currentInPlaceOf(db: ReadableDb, revisionIds: readonly RevisionId[]): (Revision | null)[] {
  return getRevisions(db, revisionIds).map(currentReader(db));
}

/** @throws AppError `not-found` */
export function getRevision(db: ReadableDb, revisionId: RevisionId): Revision {
  const row = db.prepare<[string], RevisionRow>('SELECT * FROM revisions WHERE id = ?').get(revisionId);
  if (row === undefined) throw new AppError('not-found', words('project.textGone'));
  return revisionOf(row);
}

/**
 * In the order of `revisionIds`; there may be ten thousand.
 * @throws AppError `not-found`
 */
export function getRevisions(db: ReadableDb, revisionIds: readonly RevisionId[]): Revision[] {
  const rows = new Map(rowsOf<RevisionRow>(db, 'revisions', revisionIds).map((row) => [row.id, row]));
  return revisionIds.map((revisionId) => {
    const row = rows.get(revisionId);
    if (row === undefined) throw new AppError('not-found', words('project.textGone'));
    return revisionOf(row);
  });
}

/** @throws AppError `not-found` when the video or its shot is gone. */
export function requirePlace(db: ReadableDb, { videoId, shotId }: TextKey): void {
  const place =
    shotId === null
      ? db.prepare('SELECT 1 FROM videos WHERE id = ?').get(videoId)
      : db.prepare('SELECT 1 FROM shots WHERE id = ? AND video_id = ?').get(shotId, videoId);
  if (place === undefined) throw new AppError('not-found', words(shotId === null ? 'project.videoOfTextGone' : 'project.shotOfTextGone'));
}

export function insertRevision(db: WritableDb, revision: Revision): void {
  insertRevisions(db, [revision]);
}

export function insertRevisions(db: WritableDb, revisions: readonly Revision[]): void {
  insertRows(db, 'revisions', COLUMNS, revisions.map(cellsOf));
}

const COLUMNS = [
  'id',
  'video_id',
  'shot_id',
  'kind',
  'text',
  'origin',
  'actor',
  'provenance',
  'job_id',
  'parent_id',
  'status',
  'is_current',
  'stale_reason',
  'mean_log_prob',
  'links',
  'created_at_ms',
];

function cellsOf(revision: Revision): Cell[] {
  return [
    revision.id,
    revision.videoId,
    revision.shotId,
    revision.kind,
    revision.text,
    revision.origin,
    revision.actor,
    revision.provenance === null && revision.importedFrom === undefined
      ? null
      : JSON.stringify(revision.provenance ?? revision.importedFrom),
    revision.jobId,
    revision.parentId,
    revision.status,
    revision.isCurrent ? 1 : 0,
    revision.staleReason === null ? null : storedWords(revision.staleReason),
    revision.meanLogProb,
    JSON.stringify(revision.links),
    revision.createdAtMs,
  ];
}

/** Columns of a revision that may change after it was written. */
export type RevisionPatch = Partial<Pick<Revision, 'text' | 'status' | 'isCurrent' | 'staleReason' | 'shotId' | 'links'>>;

const PATCH_COLUMNS = {
  text: 'text',
  status: 'status',
  isCurrent: 'is_current',
  staleReason: 'stale_reason',
  shotId: 'shot_id',
  links: 'links',
} as const satisfies Record<keyof RevisionPatch, string>;

export function updateRevision(db: WritableDb, revisionId: RevisionId, patch: RevisionPatch): void {
  updateRevisions(db, [revisionId], patch);
}

/** The same change of many. */
export function updateRevisions(db: WritableDb, revisionIds: readonly RevisionId[], patch: RevisionPatch): void {
  const entries = Object.entries(patch) as [keyof RevisionPatch, RevisionPatch[keyof RevisionPatch]][];
  const values = Object.fromEntries(entries.map(([key, value]) => [PATCH_COLUMNS[key], cellOf(value)]));
  const ids = [...new Set(revisionIds)];
  assert(setInRows(db, 'revisions', values, ids) === ids.length, 'revisions to change');
}

function cellOf(value: RevisionPatch[keyof RevisionPatch]): Cell {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);
}

/** Marks the current texts of shots; the first reason stays, as it is the oldest doubt. */
export function markShotsStale(db: WritableDb, shotIds: readonly ShotId[], reason: Words): void {
  db.prepare(
    `UPDATE revisions SET stale_reason = ?
     WHERE shot_id IN (SELECT value FROM json_each(?)) AND is_current = 1 AND stale_reason IS NULL`,
  ).run(storedWords(reason), JSON.stringify(shotIds));
}

export function markSummaryStale(db: WritableDb, videoId: VideoId, reason: Words): void {
  db.prepare(
    `UPDATE revisions SET stale_reason = ? WHERE video_id = ? AND kind = 'summary' AND shot_id IS NULL AND is_current = 1 AND stale_reason IS NULL`,
  ).run(storedWords(reason), videoId);
}
