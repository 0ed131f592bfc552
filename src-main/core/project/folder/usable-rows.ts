import { z } from 'zod';
import type { ReadableDb } from '#core/base/db/database.ts';
import { AppError } from '#shared/contract/errors.ts';
import { parseExactJson } from '#shared/domain/exact-number.ts';
import { ImportSource, ModelProvenance, SentenceLink } from '#shared/domain/text.ts';
import { SpokenWord } from '#shared/domain/transcript.ts';
import { isPossibleProbe, Shot2StoryOrigin, VideoProbe } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import { SPEECH_BYTES, TEXT_BYTES } from '../room.ts';

const MIB = 1024 ** 2;
/** More than people write and data sets bring (`MAX_TEXT_LENGTH`), which is 600 kB at most. */
const MAX_TEXT_BYTES = MIB;
/** Records in which many things are listed: speech with its words, a step of history, what a job made, the names of exported files, what a model was given, what a data set said besides. */
const MAX_LIST_BYTES = 16 * MIB;
const LISTS: ReadonlySet<string> = new Set([
  'words',
  'before',
  'after',
  'checkpoint',
  'result',
  'files',
  'links',
  'provenance',
  'shot2story',
]);

/** What is asked for, and sent to a client, in one piece. Nobody can write as much here (`../room.ts`, `core/steps/jobs-service.ts`, `core/jobs/finished-jobs.ts`). */
const READ_AT_ONCE: readonly { readonly what: Words; readonly sql: string; readonly maxBytes: number }[] = [
  {
    what: words('project.captionsOfVideo'),
    maxBytes: 64 * MIB,
    sql: `SELECT max(bytes) AS bytes FROM (SELECT sum(${TEXT_BYTES}) AS bytes FROM revisions WHERE is_current = 1 GROUP BY video_id)`,
  },
  {
    what: words('project.speechOfVideo'),
    maxBytes: 64 * MIB,
    sql: `SELECT max(bytes) AS bytes FROM (SELECT sum(${SPEECH_BYTES}) AS bytes FROM transcript_segments GROUP BY video_id)`,
  },
  {
    what: words('project.theJobs'),
    maxBytes: 64 * MIB,
    sql: 'SELECT sum(octet_length(title) + ifnull(octet_length(result), 0) + ifnull(octet_length(error), 0)) AS bytes FROM jobs',
  },
  {
    what: words('project.theVideos'),
    maxBytes: 256 * MIB,
    sql: 'SELECT sum(octet_length(name)) AS bytes FROM videos',
  },
];

/** Rows that are listed in one piece: far more than the longest video has, or a page can show. */
const MAX_ROWS = 200_000;
const COUNTED_BY_VIDEO = ['shots', 'transcript_segments', 'screen_texts', 'screen_frames', 'detection_runs'];
const COUNTED = ['videos', 'jobs'];

const JSON_COLUMNS: readonly { readonly table: string; readonly column: string; readonly schema: z.ZodType }[] = [
  { table: 'videos', column: 'shot2story', schema: Shot2StoryOrigin },
  { table: 'video_files', column: 'probe', schema: VideoProbe },
  { table: 'revisions', column: 'links', schema: z.array(SentenceLink) },
  { table: 'revisions', column: 'provenance', schema: z.union([ModelProvenance, ImportSource]) },
  { table: 'transcript_segments', column: 'words', schema: z.array(SpokenWord) },
];

/** As ids of the contract are. */
const ODD_ID = `id GLOB '*[^A-Za-z0-9_-]*' OR octet_length(id) NOT BETWEEN 1 AND 64`;
const WITH_IDS = ['videos', 'shots', 'revisions', 'transcript_segments', 'detection_runs', 'jobs'];
/** Greater numbers are others in JavaScript. */
const MAX_NUMBER = Number.MAX_SAFE_INTEGER;

/**
 * Looks at the rows of a project that was never worked with on this computer, and that anybody may have written: one text of many megabytes would keep
 * everybody waiting, one odd id or number would make a whole list unreadable. Lengths are asked of SQLite, which then loads nothing. What the studio writes
 * itself need not be looked at again.
 * @throws AppError `invalid-input` that names the table
 */
export function requireUsableRows(db: ReadableDb): void {
  const tables = columnsOfTables(db);
  for (const [table, columns] of tables) {
    const long = columns
      .filter(({ type }) => type === 'TEXT')
      .map(({ name }) => `octet_length("${name}") > ${LISTS.has(name) ? MAX_LIST_BYTES : MAX_TEXT_BYTES}`);
    if (holds(db, table, long)) throw unusable(table, words('project.longText'));
    const great = columns
      .filter(({ type }) => type === 'INTEGER')
      .map(({ name }) => `"${name}" NOT BETWEEN -${MAX_NUMBER} AND ${MAX_NUMBER}`);
    if (holds(db, table, great)) throw unusable(table, words('project.greatNumber'));
    const endless = columns.filter(({ type }) => type === 'REAL').map(({ name }) => `abs("${name}") > ${Number.MAX_VALUE}`);
    if (holds(db, table, endless)) throw unusable(table, words('project.endlessNumber'));
    if (WITH_IDS.includes(table) && holds(db, table, [ODD_ID])) throw unusable(table, words('project.oddId'));
  }
  if (holds(db, 'sqlite_sequence', [`seq > ${MAX_NUMBER}`])) throw unusable('sqlite_sequence', words('project.greatCounter'));
  for (const table of COUNTED_BY_VIDEO)
    requireFew(db, table, `SELECT count(*) AS rows FROM ${table} GROUP BY video_id ORDER BY rows DESC LIMIT 1`);
  for (const table of COUNTED) requireFew(db, table, `SELECT count(*) AS rows FROM ${table}`);
  for (const { what, sql, maxBytes } of READ_AT_ONCE) {
    const { bytes } = db.prepare<[], { bytes: number | null }>(sql).get() ?? { bytes: 0 };
    if ((bytes ?? 0) > maxBytes) throw unusable(what, words('project.muchText', { megabytes: Math.round((bytes ?? 0) / 1e6) }));
  }
  for (const { table, column, schema } of JSON_COLUMNS) requireJson(db, { table, column, schema });
  requirePossibleVideos(db);
}

/** Ordinary tables with their columns; those of the search index are SQLite's own. */
function columnsOfTables(db: ReadableDb): Map<string, { name: string; type: string }[]> {
  const names = db
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage <> 0 AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '%!_search!_%' ESCAPE '!'`,
    )
    .all();
  return new Map(
    names.map(({ name }) => [
      name,
      db.prepare<[string], { name: string; type: string }>('SELECT name, type FROM pragma_table_info(?)').all(name),
    ]),
  );
}

function holds(db: ReadableDb, table: string, conditions: readonly string[]): boolean {
  return (
    conditions.length > 0 &&
    db.prepare(`SELECT 1 FROM "${table.replaceAll('"', '""')}" WHERE ${conditions.join(' OR ')} LIMIT 1`).get() !== undefined
  );
}

function requireFew(db: ReadableDb, table: string, sql: string): void {
  const { rows } = db.prepare<[], { rows: number }>(sql).get() ?? { rows: 0 };
  if (rows > MAX_ROWS) throw unusable(table, words('project.manyRecords', { records: rows }));
}

function requireJson(db: ReadableDb, { table, column, schema }: (typeof JSON_COLUMNS)[number]): void {
  for (const { value } of db
    .prepare<[], { value: string }>(`SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`)
    .iterate())
    if (!schema.safeParse(parse(value)).success) throw unusable(table, words('project.oddColumn', { column }));
}

function requirePossibleVideos(db: ReadableDb): void {
  for (const { name, probe } of db
    .prepare<[], { name: string; probe: string }>(
      'SELECT name, probe FROM video_files JOIN videos ON videos.id = video_files.video_id WHERE probe IS NOT NULL',
    )
    .iterate())
    if (!isPossibleProbe(VideoProbe.parse(parse(probe))))
      throw unusable('video_files', words('project.impossibleVideo', { file: name.slice(0, 60) }));
}

/** As it is read later. Undefined for what is no JSON or nested deeper than can be read: no schema of ours accepts it. */
function parse(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @param where a table, or what people know it as */
function unusable(where: Words | string, what: Words): AppError {
  return new AppError(
    'invalid-input',
    words('project.unusableRows', { where: typeof where === 'string' ? where.slice(0, 60) : where, what }),
  );
}
