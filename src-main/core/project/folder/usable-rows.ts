import type { ReadableDb } from '#core/base/db/database.ts';
import { MAX_JOBS } from '#core/jobs/job-limits.ts';
import { AppError } from '#shared/contract/errors.ts';
import { isPossibleProbe, MAX_FRAMES, VideoProbe } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import { MAX_SCREEN_TEXTS, MAX_SHOTS, MAX_VIDEOS, SPEECH_BYTES, TEXT_BYTES } from '../room.ts';
import { isListed, JSON_COLUMNS, type JsonColumn, mayBeEmptyList, oddCells } from '../column-rules.ts';
import { MAX_NUMBER } from '#core/base/db/counting.ts';
import { isLabel, maxBytesOf, parseStored } from '../row-limits.ts';
import { hasOverlappingShots } from '../shots/shot-repository.ts';

const MIB = 1024 ** 2;
/** As many frames as a video may have, each with its time, which no packing makes longer by more. */
const MAX_BLOB_BYTES = MAX_FRAMES * Float64Array.BYTES_PER_ELEMENT + MIB;

/** A sum of the bytes of columns; those that may be empty count as nothing. */
const bytesOf = (...columns: readonly string[]): string =>
  `sum(${columns.map((column) => `ifnull(octet_length(${column}), 0)`).join(' + ')})`;

/** The largest sum of all videos. */
const ofOneVideo = (sum: string, from: string): string =>
  `SELECT max(bytes) AS bytes FROM (SELECT ${sum} AS bytes FROM ${from} GROUP BY video_id)`;

/** What is asked for, and sent to a client, in one piece. Nobody can write as much here (`../room.ts`, `core/steps/jobs-service.ts`, `core/jobs/finished-jobs.ts`). */
const READ_AT_ONCE: readonly { readonly what: Words; readonly table: string; readonly sql: string; readonly maxBytes: number }[] = [
  {
    what: words('project.captionsOfVideo'),
    table: 'revisions',
    maxBytes: 96 * MIB,
    sql: ofOneVideo(`sum(${TEXT_BYTES} + octet_length(actor) + ifnull(octet_length(stale_reason), 0))`, 'revisions WHERE is_current = 1'),
  },
  {
    what: words('project.speechOfVideo'),
    table: 'transcript_segments',
    maxBytes: 64 * MIB,
    sql: ofOneVideo(`sum(${SPEECH_BYTES} + ifnull(octet_length(language), 0))`, 'transcript_segments'),
  },
  {
    what: words('project.screenTextOfVideo'),
    table: 'screen_texts',
    maxBytes: 128 * MIB,
    sql: ofOneVideo(bytesOf('text', 'box'), 'screen_texts'),
  },
  {
    what: words('project.readFramesOfVideo'),
    table: 'screen_frames',
    maxBytes: 64 * MIB,
    sql: ofOneVideo(bytesOf('engine', 'model_sha256', 'job_id'), 'screen_frames'),
  },
  {
    what: words('project.detectionsOfVideo'),
    table: 'detection_runs',
    maxBytes: 64 * MIB,
    sql: ofOneVideo(bytesOf('options', 'detector', 'detector_version', 'device'), 'detection_runs'),
  },
  {
    what: words('project.theJobs'),
    table: 'jobs',
    maxBytes: 64 * MIB,
    sql: `SELECT ${bytesOf('title', 'result', 'error', 'stage', 'actor')} AS bytes FROM jobs`,
  },
  {
    what: words('project.theVideos'),
    table: 'videos',
    maxBytes: 256 * MIB,
    sql: `SELECT (SELECT ${bytesOf('name')} FROM videos) + (SELECT ${bytesOf('path', 'fingerprint', 'state_reason', 'probe')} FROM video_files) AS bytes`,
  },
  {
    what: words('project.theStepsDone'),
    table: 'steps_done',
    maxBytes: 256 * MIB,
    sql: `SELECT ${bytesOf('video_id', 'step')} AS bytes FROM steps_done`,
  },
  {
    what: words('project.theNamesOfFiles'),
    table: 'file_bases',
    maxBytes: 256 * MIB,
    sql: `SELECT ${bytesOf('video_id', 'base')} AS bytes FROM file_bases`,
  },
  {
    what: words('project.theExports'),
    table: 'exported_sets',
    maxBytes: 64 * MIB,
    sql: `SELECT ${bytesOf('folder')} AS bytes FROM exported_sets`,
  },
];

/** Rows that are listed in one piece: as many as the studio itself has room for, or far more than the longest video has. */
const MAX_ROWS_OF_VIDEO: Readonly<Record<string, number>> = {
  shots: MAX_SHOTS,
  transcript_segments: 200_000,
  screen_texts: MAX_SCREEN_TEXTS + 50_000,
  screen_frames: MAX_SCREEN_TEXTS + 50_000,
  detection_runs: 10_000,
};
const MAX_ROWS: Readonly<Record<string, number>> = { videos: MAX_VIDEOS, jobs: MAX_JOBS };

/**
 * Of history. What undo takes at once is bounded where it is taken (`../history/usable-step.ts`); these are beyond what a studio wrote that took twenty thousand
 * videos out in one step, as earlier ones did. What is looked for by its record, dropped and swept goes over all of them.
 */
export interface HistoryBounds {
  readonly changesOfStep: number;
  readonly bytesOfStep: number;
  readonly changes: number;
}
const HISTORY_BOUNDS: HistoryBounds = { changesOfStep: 2_000_000, bytesOfStep: 1024 * MIB, changes: 20_000_000 };

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNeeded: number;
}

/** What SQLite calls the cells of each type of our tables, all of which are strict. */
const CELLS: Readonly<Record<string, string>> = { TEXT: 'text', BLOB: 'blob', INTEGER: 'integer', REAL: 'real' };

/**
 * Looks at the rows of a project that was never worked with on this computer, and that anybody may have written: one text of many megabytes would keep
 * everybody waiting, one odd id or number would make a whole list unreadable, and shots that overlap would each get the words of all others. Lengths are asked
 * of SQLite, which then loads nothing. What the studio writes itself need not be looked at again.
 * @throws AppError `invalid-input` that names the table
 */
export function requireUsableRows(db: ReadableDb, ofHistory = HISTORY_BOUNDS): void {
  const tables = columnsOfTables(db);
  for (const [table, columns] of tables) requireNone(db, table, [...columns.flatMap(faultsOf), ...oddCellsOf(table, columns)]);
  if (holds(db, 'sqlite_sequence', `seq > ${MAX_NUMBER}`)) throw unusable('sqlite_sequence', words('project.greatCounter'));
  for (const [table, most] of Object.entries(MAX_ROWS_OF_VIDEO))
    if (tables.has(table))
      requireFew(db, table, most, `SELECT count(*) AS rows FROM ${table} GROUP BY video_id ORDER BY rows DESC LIMIT 1`);
  for (const [table, most] of Object.entries(MAX_ROWS)) requireFew(db, table, most, `SELECT count(*) AS rows FROM ${table}`);
  for (const { what, table, sql, maxBytes } of READ_AT_ONCE) if (tables.has(table)) requireShort(db, what, maxBytes, sql);
  requireBoundedHistory(db, ofHistory);
  if (hasOverlappingShots(db)) throw unusable('shots', words('project.overlappingShots'));
  for (const each of JSON_COLUMNS) if (tables.get(each.table)?.some(({ name }) => name === each.column) === true) requireJson(db, each);
  requirePossibleVideos(db);
}

/**
 * As `requireUsableRows`, for a project that says to be of a newer studio, whose rows may be shaped otherwise: what it has in our tables may be no longer than here,
 * or anybody could say so to have everything passed over.
 * @throws AppError `invalid-input` that names the table
 */
export function requireShortRows(db: ReadableDb): void {
  for (const [table, columns] of columnsOfTables(db))
    if (isListed(table))
      requireNone(
        db,
        table,
        columns.map((column) => {
          const { isFault, what } = tooLong(column);
          // Its columns may have any type.
          return { isFault: `typeof(${cellOf(column)}) = 'text' AND ${isFault}`, what };
        }),
      );
}

/** Ordinary tables with their columns; those of the search index are SQLite's own. */
function columnsOfTables(db: ReadableDb): Map<string, Column[]> {
  const names = db
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage <> 0 AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '%!_search!_%' ESCAPE '!'`,
    )
    .all();
  return new Map(
    names.map(({ name }) => [
      name,
      db.prepare<[string], Column>('SELECT name, type, "notnull" OR pk AS isNeeded FROM pragma_table_info(?)').all(name),
    ]),
  );
}

/** In one go over the table, which may be a gigabyte. */
function requireNone(db: ReadableDb, table: string, faults: readonly Fault[]): void {
  const anyFault = faults.map(({ isFault }) => isFault).join(' OR ');
  if (anyFault === '' || !holds(db, table, anyFault)) return;
  const found = faults.find(({ isFault }) => holds(db, table, isFault));
  throw unusable(table, found?.what ?? words('project.longText'));
}

function oddCellsOf(table: string, columns: readonly Column[]): Fault[] {
  return oddCells(table)
    .filter(({ column }) => columns.some(({ name }) => name === column))
    .map(({ column, isId, condition }) => ({
      isFault: condition,
      what: isId ? words('project.oddId') : words('project.oddColumn', { column }),
    }));
}

interface Fault {
  /** SQL; null counts as none. */
  readonly isFault: string;
  readonly what: Words;
}

function cellOf({ name }: Column): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function tooLong(column: Column): Fault {
  const what = words(isLabel(column.name) ? 'project.longLabel' : 'project.longText');
  return { isFault: `octet_length(${cellOf(column)}) > ${maxBytesOf(column.name)}`, what };
}

function faultsOf(column: Column): Fault[] {
  const { name, type, isNeeded } = column;
  const cell = cellOf(column);
  const faults: Fault[] = [];
  if (type === 'TEXT') faults.push(tooLong(column));
  if (type === 'BLOB') faults.push({ isFault: `octet_length(${cell}) > ${MAX_BLOB_BYTES}`, what: words('project.longText') });
  if (type === 'INTEGER')
    faults.push({ isFault: `${cell} NOT BETWEEN -${MAX_NUMBER} AND ${MAX_NUMBER}`, what: words('project.greatNumber') });
  if (type === 'REAL') faults.push({ isFault: `abs(${cell}) > ${Number.MAX_VALUE}`, what: words('project.endlessNumber') });
  const kind = CELLS[type];
  // A file can be written without the schema that it has, and what is only read is not checked against it. SQLite itself believes in NOT NULL, so `IS NULL` finds none.
  if (kind !== undefined)
    faults.push({
      isFault: `typeof(${cell}) NOT IN ('${kind}'${isNeeded === 1 ? '' : `, 'null'`})`,
      what: words('project.oddColumn', { column: name.slice(0, 60) }),
    });
  return faults;
}

function holds(db: ReadableDb, table: string, condition: string): boolean {
  return db.prepare(`SELECT 1 FROM "${table.replaceAll('"', '""')}" WHERE ${condition} LIMIT 1`).get() !== undefined;
}

function requireFew(db: ReadableDb, table: Words | string, most: number, sql: string): void {
  const { rows } = db.prepare<[], { rows: number }>(sql).get() ?? { rows: 0 };
  if (rows > most) throw unusable(table, words('project.manyRecords', { records: rows }));
}

function requireShort(db: ReadableDb, what: Words, maxBytes: number, sql: string): void {
  const bytes = db.prepare<[], { bytes: number | null }>(sql).get()?.bytes ?? 0;
  if (bytes > maxBytes) throw unusable(what, words('project.muchText', { megabytes: Math.round(bytes / 1e6) }));
}

function requireBoundedHistory(db: ReadableDb, most: HistoryBounds): void {
  const table = 'history_changes';
  requireFew(db, table, most.changes, `SELECT count(*) AS rows FROM ${table}`);
  const { rows, bytes } = db
    .prepare<[], { rows: number | null; bytes: number | null }>(
      `SELECT max(rows) AS rows, max(bytes) AS bytes FROM (SELECT count(*) AS rows, ${bytesOf('before', 'after')} AS bytes FROM ${table} GROUP BY history_sequence)`,
    )
    .get() ?? { rows: 0, bytes: 0 };
  if ((rows ?? 0) > most.changesOfStep) throw unusable(words('project.oneStep'), words('project.manyRecords', { records: rows ?? 0 }));
  if ((bytes ?? 0) > most.bytesOfStep)
    throw unusable(words('project.oneStep'), words('project.muchText', { megabytes: Math.round((bytes ?? 0) / 1e6) }));
}

function requireJson(db: ReadableDb, json: JsonColumn): void {
  const { table, column, schema, origins } = json;
  const unlikeEmpty = mayBeEmptyList(json) ? ` AND ${column} <> '[]'` : '';
  const ofOrigins = origins === undefined ? '' : ` AND origin IN (${origins.map((origin) => `'${origin}'`).join(', ')})`;
  for (const { value } of db
    .prepare<[], { value: string }>(`SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL${unlikeEmpty}${ofOrigins}`)
    .iterate())
    if (!schema.safeParse(parseStored(value)).success) throw unusable(table, words('project.oddColumn', { column }));
}

function requirePossibleVideos(db: ReadableDb): void {
  for (const { name, probe } of db
    .prepare<[], { name: string | null; probe: string }>(
      'SELECT name, probe FROM video_files LEFT JOIN videos ON videos.id = video_files.video_id WHERE probe IS NOT NULL',
    )
    .iterate()) {
    const measured = VideoProbe.safeParse(parseStored(probe));
    if (!measured.success) throw unusable('video_files', words('project.oddColumn', { column: 'probe' }));
    if (!isPossibleProbe(measured.data))
      throw unusable('video_files', words('project.impossibleVideo', { file: (name ?? '').slice(0, 60) }));
  }
}

/** @param where a table, or what people know it as */
function unusable(where: Words | string, what: Words): AppError {
  return new AppError(
    'invalid-input',
    words('project.unusableRows', { where: typeof where === 'string' ? where.slice(0, 60) : where, what }),
  );
}
