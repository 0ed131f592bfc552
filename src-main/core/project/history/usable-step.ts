import type { ReadableDb } from '#core/base/db/database.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { HistoryTable, RecordChange, RecordRow } from '#shared/domain/record-change.ts';
import { words, type Words } from '#shared/words/words.ts';
import { requireRoomForShots, requireRoomForVideos } from '../room.ts';
import { isOddCell, JSON_COLUMNS, mayBeEmptyList } from '../column-rules.ts';
import { MAX_NUMBER } from '#core/base/db/counting.ts';
import { maxBytesOf, parseStored } from '../row-limits.ts';
import { countShots, hasOverlappingShots } from '../shots/shot-repository.ts';

/** A step that cannot be taken back or done again, whatever else is done: it stays as it is, and the next undo goes on with the one before. */
export class UnusableStep extends Error {
  override name = 'UnusableStep';
  /** What is wrong with the step of this label. */
  readonly saidOf: (step: Words) => Words;

  constructor(saidOf: (step: Words) => Words, detail: string) {
    super(detail);
    this.saidOf = saidOf;
  }
}

/** A record is no longer as the step left it. */
export class Moved extends Error {
  override name = 'Moved';
}

/**
 * What one step may hold to be taken back: a video with as many shots as there can be, each with its texts and speech, cut anew or taken out. Everybody waits
 * while a step is taken back, and all of it is in memory.
 */
export interface StepLimits {
  readonly changes: number;
  readonly bytes: number;
}
export const STEP_LIMITS: StepLimits = { changes: 300_000, bytes: 256 * 1024 ** 2 };

/** Asked of SQLite before anything is read. @throws UnusableStep */
export function requireBounded(db: ReadableDb, sequence: number, limits: StepLimits): void {
  const isBeyond = db.prepare('SELECT 1 FROM history_changes WHERE history_sequence = ? LIMIT 1 OFFSET ?').get(sequence, limits.changes);
  if (isBeyond !== undefined) throw tooLargeStep(`more than ${limits.changes} changes`);
  const bytes = db
    .prepare<[number], number | null>(
      'SELECT sum(ifnull(octet_length(before), 0) + ifnull(octet_length(after), 0)) FROM history_changes WHERE history_sequence = ?',
    )
    .pluck()
    .get(sequence);
  if ((bytes ?? 0) > limits.bytes) throw tooLargeStep(`${bytes} bytes of changes`);
}

export function tooLargeStep(detail: string): UnusableStep {
  return new UnusableStep((step) => words('project.stepTooLarge', { step }), detail);
}

/** What history does not hold as the studio writes it. */
export function oddStep(detail: string): UnusableStep {
  return new UnusableStep((step) => words('project.stepUnusable', { step }), detail);
}

/**
 * The history of a project may be anybody's, and what it brings back was in no table when those were looked at.
 * @throws UnusableStep where a row would be one that no list can show
 */
export function requireUsableChanges(db: ReadableDb, changes: readonly RecordChange[]): void {
  const columnsOf = new Map<HistoryTable, ReadonlySet<string>>();
  const jsonColumns = JSON_COLUMNS.map((json) => ({ ...json, emptyList: mayBeEmptyList(json) ? '[]' : null }));
  const jsonOf = (table: HistoryTable): typeof jsonColumns => jsonColumns.filter((json) => json.table === table);
  for (const { table, id, before, after } of changes) {
    const columns = columnsOf.get(table) ?? columnNames(db, table);
    columnsOf.set(table, columns);
    // Ids of the contract are all alike.
    if (!ShotId.safeParse(id).success) throw oddStep(`an id in ${table}`);
    for (const row of [before, after]) if (row !== null && !isOf(table, id, row)) throw oddStep(`${table} ${id}`);
    if (after === null) continue;
    const odd = Object.entries(after).find(
      ([column, cell]) => !columns.has(column) || !isPlain(column, cell) || isOddCell(table, column, cell),
    );
    if (odd !== undefined) throw oddStep(`${odd[0]} of ${table} ${id}`);
    for (const { column, schema, origins, emptyList } of jsonOf(table)) {
      const cell = after[column] ?? null;
      const isAsked = cell !== null && cell !== emptyList && (origins === undefined || origins.includes(String(after['origin'])));
      if (isAsked && !schema.safeParse(parseStored(String(cell))).success) throw oddStep(`${column} of ${table} ${id}`);
    }
  }
}

/** What shots and videos must be to each other, once the step has been taken. @throws UnusableStep, AppError `unsupported` */
export function requireUsableShots(db: ReadableDb, changes: readonly RecordChange[]): void {
  const ofShots = changes.filter(({ table, after }) => table === 'shots' && after !== null);
  for (const videoId of new Set(ofShots.map(({ after }) => VideoId.parse(after?.['video_id'])))) {
    if (hasOverlappingShots(db, videoId)) throw oddStep(`shots of ${videoId} overlap`);
    if (ofShots.some(({ before }) => before === null)) requireRoomForShots(countShots(db, videoId));
  }
  if (changes.some(({ table, before }) => table === 'videos' && before === null)) requireRoomForVideos(db, 0);
}

function columnNames(db: ReadableDb, table: HistoryTable): ReadonlySet<string> {
  return new Set(db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table));
}

function isOf(table: HistoryTable, id: string, row: RecordRow): boolean {
  return row['id'] === id && (table === 'videos' || VideoId.safeParse(row['video_id']).success);
}

function isPlain(column: string, cell: RecordRow[string]): boolean {
  if (typeof cell === 'string') return cell.length * 3 <= maxBytesOf(column) || Buffer.byteLength(cell) <= maxBytesOf(column);
  return cell === null || Math.abs(cell ?? 0) <= MAX_NUMBER;
}
