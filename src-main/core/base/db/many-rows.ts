import type { ReadableDb, WritableDb } from './database.ts';

export type Cell = string | number | null;

/**
 * As many rows are written by one statement. The index of texts is written down anew for each statement, which takes longer than what is
 * written; but each size is compiled and kept, so there are few.
 */
const SIZES = [256, 64, 16, 4, 1];
/** Of texts in one statement, which keeps a copy of them: what is larger goes row by row. */
const MAX_LENGTH = 8 * 1024 ** 2;
/** Of ids, which are one value of a statement however many there are. */
const MAX_IDS = 1_000;

/** In order. */
export function piecesOf<T>(items: readonly T[]): T[][] {
  const pieces: T[][] = [];
  let at = 0;
  for (const size of SIZES) for (; items.length - at >= size; at += size) pieces.push(items.slice(at, at + size));
  return pieces;
}

function lightPiecesOf(rows: readonly (readonly Cell[])[]): (readonly Cell[])[][] {
  const lengthOf = (cell: Cell): number => (typeof cell === 'string' ? cell.length : 0);
  const isHeavy = (piece: readonly (readonly Cell[])[]): boolean =>
    piece.reduce((sum, row) => row.reduce<number>((ofRow, cell) => ofRow + lengthOf(cell), sum), 0) > MAX_LENGTH;
  return piecesOf(rows).flatMap((piece) => (isHeavy(piece) ? piece.map((row) => [row]) : [piece]));
}

/** Names of tables and columns are ours. */
export function insertRows(db: WritableDb, table: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const row = `(${columns.map(() => '?').join(', ')})`;
  for (const piece of lightPiecesOf(rows))
    db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${piece.map(() => row).join(', ')}`).run(piece.flat());
}

/** Rows begin with their id, and go on with the new values of `columns`; returns how many there were. */
export function updateRows(db: WritableDb, table: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): number {
  const row = `(?, ${columns.map(() => '?').join(', ')})`;
  const set = columns.map((column, index) => `${column} = given.column${index + 2}`).join(', ');
  let count = 0;
  for (const piece of lightPiecesOf(rows))
    count += db
      .prepare(`UPDATE ${table} SET ${set} FROM (VALUES ${piece.map(() => row).join(', ')}) AS given WHERE ${table}.id = given.column1`)
      .run(piece.flat()).changes;
  return count;
}

/** Sets the same values in all of them; returns how many there were. */
export function setInRows(db: WritableDb, table: string, values: Readonly<Record<string, Cell>>, ids: readonly string[]): number {
  const set = Object.keys(values).map((column) => `${column} = ?`);
  return forIds(
    ids,
    (json) => db.prepare(`UPDATE ${table} SET ${set.join(', ')} WHERE ${areThese(table)}`).run(...Object.values(values), json).changes,
  );
}

export function deleteRows(db: WritableDb, table: string, ids: readonly string[]): number {
  return forIds(ids, (json) => db.prepare(`DELETE FROM ${table} WHERE ${areThese(table)}`).run(json).changes);
}

/** In no order; without those that are not there. */
export function rowsOf<Row>(db: ReadableDb, table: string, ids: readonly string[]): Row[] {
  const rows: Row[] = [];
  forIds(ids, (json) =>
    rows.push(...db.prepare<[string], Row>(`SELECT * FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`).all(json)),
  );
  return rows;
}

/** Of all of these videos, by video; `sql` takes their ids as one JSON list. Those that have none are not there. */
export function rowsByVideo<Row extends { readonly videoId: string }>(
  db: ReadableDb,
  sql: string,
  videoIds: readonly string[],
): Map<string, Row[]> {
  const byVideo = new Map<string, Row[]>();
  for (const row of db.prepare<[string], Row>(sql).all(JSON.stringify(videoIds))) {
    const before = byVideo.get(row.videoId);
    if (before === undefined) byVideo.set(row.videoId, [row]);
    else before.push(row);
  }
  return byVideo;
}

/** SQL for rows of the videos that `rowsByVideo` is given. */
export const OF_THESE_VIDEOS = 'video_id IN (SELECT value FROM json_each(?))';

/** In the order of the table, in which the index of texts takes them too: in any other it would be written down after each row. */
function areThese(table: string): string {
  return `rowid IN (SELECT rowid FROM ${table} WHERE id IN (SELECT value FROM json_each(?)))`;
}

function forIds(ids: readonly string[], run: (json: string) => number): number {
  let count = 0;
  for (let at = 0; at < ids.length; at += MAX_IDS) count += run(JSON.stringify(ids.slice(at, at + MAX_IDS)));
  return count;
}
