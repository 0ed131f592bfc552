import Database from 'better-sqlite3';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { WritableDb } from './database.ts';
import type { Migration } from './migrate.ts';

interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
  /** 0 for what has no pages of its own: views, triggers, virtual tables. */
  readonly rootpage: number;
}

/** What SQLite keeps of its own accord once ANALYZE has run, word for word (`analyze.c` of SQLite): a name alone would let anything pass. */
const STATISTICS: ReadonlySet<string> = new Set([
  keyOf({ type: 'table', name: 'sqlite_stat1', tbl_name: 'sqlite_stat1', sql: 'CREATE TABLE sqlite_stat1(tbl,idx,stat)' }),
  keyOf({ type: 'table', name: 'sqlite_stat4', tbl_name: 'sqlite_stat4', sql: 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)' }),
]);

/**
 * A project may come from anybody, and SQLite runs what its schema says: triggers, views and expressions of theirs would work on, and wait for
 * ever, in our process. So each table, index, view and trigger must be one that our migrations make. Reads the schema alone, which runs nothing.
 * @returns false for a project of a newer studio, whose constraints are not known
 * @throws AppError `invalid-input` for anything else
 */
export function requireOwnSchema(db: Database.Database, migrations: readonly Migration[]): boolean {
  const version = Number(db.pragma('user_version', { simple: true }));
  const newest = migrations.length;
  const own = new Set(schemaOf(version, migrations).map(keyOf));
  // Tables of a newer studio are not known here. It is only read then, and never checked: triggers, indices, defaults and constraints do not run.
  const runs = (entry: SchemaEntry): boolean => version <= newest || runsOnReading(db, entry);
  const foreign = readSchema(db).find(
    (entry) => !STATISTICS.has(keyOf(entry)) && !own.has(keyOf(entry)) && (isReserved(entry) || runs(entry)),
  );
  if (foreign !== undefined) throw foreignError(foreign);
  return version <= newest;
}

/** Views and virtual tables work as they are read, and columns may be computed. Only of an ordinary table columns can be asked without running anything. */
function runsOnReading(db: Database.Database, { type, name, rootpage }: SchemaEntry): boolean {
  if (type === 'view') return true;
  if (type !== 'table') return false;
  return (
    rootpage === 0 ||
    db
      .prepare<[string], { hidden: number }>('SELECT hidden FROM pragma_table_xinfo(?)')
      .all(name)
      .some(({ hidden }) => hidden !== 0)
  );
}

function schemaOf(version: number, migrations: readonly Migration[]): SchemaEntry[] {
  const db = new Database(':memory:');
  try {
    for (const migration of migrations) if (migration.version <= version) migration.up(db as unknown as WritableDb);
    return readSchema(db);
  } finally {
    db.close();
  }
}

function readSchema(db: Database.Database): SchemaEntry[] {
  return db.prepare<[], SchemaEntry>('SELECT type, name, tbl_name, sql, rootpage FROM sqlite_schema').all();
}

/** Names that no statement can give: what bears one of them, and is none of SQLite's own, was written into the file by other means. */
function isReserved({ name, sql }: SchemaEntry): boolean {
  // The indices of UNIQUE and PRIMARY KEY have no statement.
  return sql !== null && /^sqlite_/iu.test(name) && name !== 'sqlite_sequence';
}

/** Versions of SQLite differ in blanks where they rewrite a table. */
function keyOf({ type, name, tbl_name: table, sql }: Omit<SchemaEntry, 'rootpage'>): string {
  return JSON.stringify([type, name, table, sql?.replaceAll(/\s+/g, ' ').trim() ?? null]);
}

function foreignError({ type, name }: SchemaEntry): AppError {
  return new AppError('invalid-input', words('base.foreignSchema', { type, name: name.slice(0, 60) }));
}
