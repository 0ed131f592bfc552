import { sqliteCode, type WritableDb } from '#core/base/db/database.ts';
import { type Cell, deleteRows, insertRows, piecesOf, rowsOf, updateRows } from '#core/base/db/many-rows.ts';
import { assert } from '#shared/assert.ts';
import type { HistoryTable, RecordChange, RecordRow } from '#shared/domain/record-change.ts';

/** Changes that one statement can write, for they are of one table, do the same, and set the same columns. */
interface Run {
  readonly table: HistoryTable;
  readonly kind: 'add' | 'remove' | 'set';
  readonly columns: readonly string[];
  readonly changes: RecordChange[];
}

/** How records are now, by table and id. */
export function currentRows(db: WritableDb, changes: readonly RecordChange[]): (change: RecordChange) => RecordRow | null {
  const found = new Map<string, RecordRow>();
  for (const [table, ofTable] of Map.groupBy(changes, (change) => change.table))
    for (const row of rowsOf<RecordRow>(
      db,
      table,
      ofTable.map(({ id }) => id),
    ))
      found.set(`${table} ${row['id']}`, row);
  return ({ table, id }) => found.get(`${table} ${id}`) ?? null;
}

/** Records make room for others that make room for others. A step that the studio made has two or three in a row; each goes over all that wait. */
const MAX_ROUNDS = 8;

/** Puts records into their states `after`, each once the place that it takes is free. They must be as `before` says. */
export function applyChanges(db: WritableDb, changes: readonly RecordChange[]): void {
  let waiting = changes;
  for (let round = 1; waiting.length > 0; round++) {
    const held = runsOf(waiting).flatMap((run) => applyWhereFree(db, run));
    // What no other one makes room for fails with its reason.
    if (held.length === waiting.length || round === MAX_ROUNDS) for (const run of runsOf(held)) apply(db, run);
    waiting = held;
  }
}

/** Returns those whose place another record has, as that of the current text. */
function applyWhereFree(db: WritableDb, run: Run): RecordChange[] {
  return piecesOf(run.changes).flatMap((changes) => {
    if (isApplied(db, { ...run, changes })) return [];
    return changes.filter((change) => changes.length === 1 || !isApplied(db, { ...run, changes: [change] }));
  });
}

function isApplied(db: WritableDb, run: Run): boolean {
  try {
    apply(db, run);
    return true;
  } catch (error) {
    if (sqliteCode(error) === 'SQLITE_CONSTRAINT') return false;
    throw error;
  }
}

/** The table's name comes from a closed list. */
function apply(db: WritableDb, { table, kind, columns, changes }: Run): void {
  const quoted = columns.map((column) => `"${column}"`);
  const rows = inOrderOfTable(changes).map(({ id, after }): Cell[] => {
    const cells = columns.map((column) => after?.[column] ?? null);
    return kind === 'set' ? [id, ...cells] : cells;
  });
  if (kind === 'add') insertRows(db, table, quoted, rows);
  else if (kind === 'set') updateRows(db, table, quoted, rows);
  else
    deleteRows(
      db,
      table,
      changes.map(({ id }) => id),
    );
}

/** The index of texts takes rows in this order in one go. */
function inOrderOfTable(changes: readonly RecordChange[]): readonly RecordChange[] {
  const keyOf = ({ before, after }: RecordChange): number => Number((after ?? before)?.['row_key'] ?? 0);
  return changes.toSorted((left, right) => keyOf(left) - keyOf(right));
}

function runsOf(changes: readonly RecordChange[]): Run[] {
  const runs: Run[] = [];
  for (const change of changes) {
    const { table, before, after } = change;
    const kind = after === null ? 'remove' : before === null ? 'add' : 'set';
    const columns = after === null ? [] : Object.keys(after).filter((column) => before === null || before[column] !== after[column]);
    if (kind === 'set' && columns.length === 0) continue;
    const last = runs.at(-1);
    const isSame = last?.table === table && last.kind === kind && last.columns.join() === columns.join();
    if (isSame) last.changes.push(change);
    else {
      // They stand in the statement, and the history of a project may be anybody's.
      assert(
        columns.every((column) => /^\w+$/u.test(column)),
        'columns of history',
      );
      runs.push({ table, kind, columns, changes: [change] });
    }
  }
  return runs;
}
