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
  const columnsOf = new Map<string, readonly string[]>();

  function capture(...values: unknown[]): null {
    const [table, ...cells] = values as [HistoryTable, ...(string | number | null)[]];
    const columns = columnsOf.get(table) ?? [];
    const before = toRow(columns, cells, 0);
    const after = toRow(columns, cells, columns.length);
    assert(collected !== null, `a row of ${table} was written outside of history`);
    addChange(collected, { table, id: String((after ?? before)?.['id']), before, after });
    return null;
  }

  db.function('capture_change', { varargs: true }, capture);
  for (const table of HistoryTable.options) {
    const columns = db
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => name);
    columnsOf.set(table, columns);
    db.exec(triggersFor(table, columns));
  }

  return {
    /** Runs `work`, which must be inside a transaction, and returns what it changed, in order. */
    collect<T>(work: () => T): { readonly result: T; readonly changes: readonly RecordChange[] } {
      assert(collected === null, 'history steps do not nest');
      assert(db.inTransaction, 'a history step runs in a transaction');
      const changes: RecordChange[] = [];
      collected = changes;
      try {
        return { result: work(), changes };
      } finally {
        collected = null;
      }
    },
  };
}

function triggersFor(table: string, columns: readonly string[]): string {
  const cells = (row: 'old' | 'new' | null): string => columns.map((name) => (row === null ? 'NULL' : `${row}."${name}"`)).join(', ');
  const trigger = (event: string, before: 'old' | null, after: 'new' | null): string => `
    CREATE TEMP TRIGGER capture_${table}_${event} AFTER ${event} ON main.${table} BEGIN
      SELECT capture_change('${table}', ${cells(before)}, ${cells(after)});
    END;`;
  return trigger('INSERT', null, 'new') + trigger('UPDATE', 'old', 'new') + trigger('DELETE', 'old', null);
}

/** The row whose cells begin at `from`. Every tracked table has a non-null id, so a row without one is the missing side of an insert or delete. */
function toRow(columns: readonly string[], cells: readonly (string | number | null)[], from: number): RecordRow | null {
  // Twice for each of up to ten thousand records of one step, inside the database's own call.
  const row: Record<string, string | number | null> = {};
  for (const [index, name] of columns.entries()) row[name] = cells[from + index] ?? null;
  return row['id'] === null ? null : row;
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
