import type { WritableDb } from './database.ts';
import { assert } from '#shared/assert.ts';
import { HistoryTable, type RecordChange, type RecordRow } from '#shared/domain/record-change.ts';

export type ChangeCapture = ReturnType<typeof attachChangeCapture>;

/**
 * Lets the database itself report every write to a tracked table: triggers of this connection call back with the row before and
 * after. So services write plain SQL and nothing escapes history; a write outside `collect` fails and changes nothing.
 * Attach after migrating: the triggers name the columns that the tables have now.
 */
export function attachChangeCapture(db: WritableDb) {
  let collected: RecordChange[] | null = null;
  let added: PackedAdds | null = null;
  let isReplaying = false;
  const columnsOf = new Map<string, readonly string[]>();

  function capture(...values: unknown[]): null {
    const [table, event] = values as [HistoryTable, WriteEvent];
    const columns = columnsOf.get(table) ?? [];
    if (added !== null) {
      assert(event === 'INSERT', 'a step in bulk only adds');
      added.take(table, values);
      return null;
    }
    const before = event === 'INSERT' ? null : toRow(columns, values, ROW_AT);
    const after = event === 'DELETE' ? null : toRow(columns, values, event === 'INSERT' ? ROW_AT : ROW_AT + columns.length);
    assert(collected !== null, `a row of ${table} was written outside of history`);
    addChange(collected, { table, id: String((after ?? before)?.['id']), before, after });
    return null;
  }

  db.function('capture_change', { varargs: true }, capture);
  db.function('is_captured', () => (isReplaying ? 0 : 1));
  for (const table of HistoryTable.options) {
    const columns = db
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => name);
    columnsOf.set(table, columns);
    db.exec(triggersFor(table, columns));
  }

  function requireFree(): void {
    assert(collected === null && added === null && !isReplaying, 'history steps do not nest');
    assert(db.inTransaction, 'a history step runs in a transaction');
  }

  return {
    /** Runs `work`, which must be inside a transaction, and returns what it changed, in order. */
    collect<T>(work: () => T): { readonly result: T; readonly changes: readonly RecordChange[] } {
      requireFree();
      const changes: RecordChange[] = [];
      collected = changes;
      try {
        return { result: work(), changes };
      } finally {
        collected = null;
      }
    },

    /** Runs `work`, which must be inside a transaction and only add records, and returns what is to be kept of each, in order: the rows themselves may be many and long. */
    collectAdds<T>(work: () => T, packerOf: RowPacker): { readonly result: T; readonly adds: readonly PackedAdd[] } {
      requireFree();
      const adds: PackedAdd[] = [];
      added = packedAdds(adds, columnsOf, packerOf);
      try {
        return { result: work(), adds };
      } finally {
        added = null;
      }
    },

    /** Runs `work`, which must be inside a transaction and write what history holds already: nothing of it is reported. */
    replay(work: () => void): void {
      requireFree();
      isReplaying = true;
      try {
        work();
      } finally {
        isReplaying = false;
      }
    },
  };
}

/** Of a table with these columns: makes of the cells of a row, which begin at `from`, what is kept of it. */
export type RowPacker = (columns: readonly string[]) => (cells: readonly unknown[], from: number) => string;

/** A record that was added, without its row. */
export interface PackedAdd {
  readonly table: HistoryTable;
  readonly id: string;
  /** Of the video that it belongs to, or is. */
  readonly videoId: string;
  readonly packed: string;
}

interface PackedAdds {
  take(table: HistoryTable, values: readonly unknown[]): void;
}

/** Where the row begins among what a trigger reports. */
const ROW_AT = 2;

function packedAdds(adds: PackedAdd[], columnsOf: ReadonlyMap<string, readonly string[]>, packerOf: RowPacker): PackedAdds {
  const tables = new Map(
    [...columnsOf].map(([table, columns]) => {
      const idAt = ROW_AT + columns.indexOf('id');
      return [table, { idAt, videoAt: table === 'videos' ? idAt : ROW_AT + columns.indexOf('video_id'), packed: packerOf(columns) }];
    }),
  );
  return {
    take(table, values) {
      const of = tables.get(table);
      assert(of !== undefined, `columns of ${table}`);
      adds.push({ table, id: String(values[of.idAt]), videoId: String(values[of.videoAt]), packed: of.packed(values, ROW_AT) });
    },
  };
}

type WriteEvent = 'INSERT' | 'UPDATE' | 'DELETE';

function triggersFor(table: string, columns: readonly string[]): string {
  const cells = (row: 'old' | 'new'): string[] => columns.map((name) => `${row}."${name}"`);
  const trigger = (event: WriteEvent, ...values: readonly string[]): string => `
    CREATE TEMP TRIGGER capture_${table}_${event} AFTER ${event} ON main.${table} WHEN is_captured() BEGIN
      SELECT capture_change('${table}', '${event}', ${values.join(', ')});
    END;`;
  return trigger('INSERT', ...cells('new')) + trigger('UPDATE', ...cells('old'), ...cells('new')) + trigger('DELETE', ...cells('old'));
}

/** The row whose cells begin at `from`. */
function toRow(columns: readonly string[], values: readonly unknown[], from: number): RecordRow {
  // Twice for each of up to a hundred thousand records of one step, inside the database's own call.
  const row: Record<string, string | number | null> = {};
  for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = (values[from + index] ?? null) as string | number | null;
  return row;
}

/**
 * Adds a change, joined with the one before it when both concern the same record and nothing lies between, as for a text that is
 * written row by row. The step itself keeps one change per record (`addChanges`).
 */
function addChange(changes: RecordChange[], change: RecordChange): void {
  const last = changes.at(-1);
  const isContinuation = last !== undefined && last.table === change.table && last.id === change.id && last.after !== null;
  if (!isContinuation) {
    if (!sameRow(change.before, change.after)) changes.push(change);
    return;
  }
  changes.pop();
  if (!sameRow(last.before, change.after)) changes.push({ ...last, after: change.after });
}

/** Whether two states of a record agree in the columns that both have (a migration may have added some since). */
export function sameRow(left: RecordRow | null, right: RecordRow | null): boolean {
  if (left === null || right === null) return left === right;
  return Object.keys(left).every((column) => !(column in right) || left[column] === right[column]);
}
