import { hash } from 'node:crypto';
import type { PackedAdd, RowPacker } from '#core/base/db/change-capture.ts';
import type { WritableDb } from '#core/base/db/database.ts';
import { insertRows } from '#core/base/db/many-rows.ts';
import { HistoryTable, type RecordRow } from '#shared/domain/record-change.ts';
import { Moved, oddStep, requireBounded, type StepLimits, tooLargeStep } from './usable-step.ts';

/**
 * A record that an import added stands in its table, and a second time, word by word, in history: half of what a large project takes. So history has a digest of it
 * there, by which it is seen whether the record is still as the import left it; the record itself is written down when the step is taken back.
 */
const PACKED = /^#(\d+):(.+)$/u;
/** 72 bits: nobody gains anything by a record of the same digest. */
const DIGEST_LENGTH = 12;

/** Whether `after` of a change that history has is packed, and of this record. Columns that a migration added since have no part in it. */
export function isPackedOf(after: string, row: RecordRow | null): boolean {
  const count = Number(PACKED.exec(after)?.[1] ?? Number.NaN);
  return row !== null && rowPacker(Object.keys(row).slice(0, count))(Object.values(row), 0) === after;
}

export function isPacked(after: string | null): after is string {
  return after?.startsWith('#') === true;
}

/** Makes digests of rows with these columns: of what `JSON.stringify` makes of their cells with their names, put together here because there are hundreds of thousands. */
export const rowPacker: RowPacker = (columns) => {
  const leads = columns.map((column, index) => `${index === 0 ? '[' : '],'}[${JSON.stringify(column)},`);
  return (cells, from) => {
    let text = '';
    for (let index = 0; index < leads.length; index++) {
      const cell = cells[from + index] ?? null;
      text += (leads[index] ?? '') + (typeof cell === 'number' ? cell : cell === null ? 'null' : JSON.stringify(cell));
    }
    return `#${columns.length}:${hash('sha256', `${text}]]`, 'base64url').slice(0, DIGEST_LENGTH)}`;
  };
};

/** Writes down what a step added. */
export function keepAdds(db: WritableDb, sequence: number, adds: readonly PackedAdd[]): void {
  const next =
    db
      .prepare<[number], number>('SELECT ifnull(max(ordinal) + 1, 0) FROM history_changes WHERE history_sequence = ?')
      .pluck()
      .get(sequence) ?? 0;
  insertRows(
    db,
    'history_changes',
    ['history_sequence', 'ordinal', 'table_name', 'record_id', 'before', 'after'],
    adds.map(({ table, id, packed }, index) => [sequence, next + index, table, id, null, packed]),
  );
  db.prepare('UPDATE history SET change_count = change_count + ? WHERE sequence = ?').run(adds.length, sequence);
}

interface PackedChange {
  readonly ordinal: number;
  readonly table: string;
  readonly id: string;
  readonly after: string;
}

/**
 * Writes down the records of a step that are packed, which is about to be taken back. Part of a transaction.
 * @throws Moved where one of them has been changed since, UnusableStep for more than can be taken at once
 */
export function unpackAdds(db: WritableDb, sequence: number, limits: StepLimits): void {
  requireBounded(db, sequence, limits);
  const packed = db
    .prepare<[number], PackedChange>(
      `SELECT ordinal, table_name AS "table", record_id AS id, after FROM history_changes
       WHERE history_sequence = ? AND before IS NULL AND after LIKE '#%' ORDER BY ordinal`,
    )
    .all(sequence);
  if (packed.length === 0) return;
  let bytes = 0;
  const rows = packed.map(({ ordinal, table, id, after }) => {
    const known = HistoryTable.safeParse(table);
    if (!known.success) throw oddStep('a table of history');
    // One by one: what a project from elsewhere has under all of these ids may be more than there is memory.
    const row = db.prepare<[string], RecordRow>(`SELECT * FROM ${known.data} WHERE id = ?`).get(id) ?? null;
    if (!isPackedOf(after, row)) throw new Moved(`${table} ${id} has changed since`);
    const json = JSON.stringify(row);
    bytes += json.length;
    if (bytes > limits.bytes) throw tooLargeStep(`${bytes} bytes of changes`);
    return [sequence, ordinal, table, id, null, json];
  });
  db.prepare(`DELETE FROM history_changes WHERE history_sequence = ? AND before IS NULL AND after LIKE '#%'`).run(sequence);
  insertRows(db, 'history_changes', ['history_sequence', 'ordinal', 'table_name', 'record_id', 'before', 'after'], rows);
}
