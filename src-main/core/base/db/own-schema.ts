import Database from 'better-sqlite3';
import { AppError } from '#shared/contract/errors.ts';
import type { WritableDb } from './database.ts';
import type { Migration } from './migrate.ts';

interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

/** What SQLite keeps for itself; it makes these, no statement can. */
const STATISTICS = /^sqlite_stat\d$/;

/**
 * A project may come from anybody, and SQLite runs what its schema says: triggers, views and expressions of theirs would work on, and wait for
 * ever, in our process. So each table, index, view and trigger must be one that our migrations make. Reads the schema alone, which runs nothing.
 * @throws AppError `invalid-input` for anything else
 */
export function requireOwnSchema(db: Database.Database, migrations: readonly Migration[]): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  const newest = migrations.length;
  const own = new Set(schemaOf(version, migrations).map(keyOf));
  // Tables of a newer studio are not known here. It is only read then: triggers do not fire, and only views run as something is read.
  const runs = (entry: SchemaEntry): boolean => version <= newest || entry.type === 'view';
  const foreign = readSchema(db).find((entry) => runs(entry) && !STATISTICS.test(entry.name) && !own.has(keyOf(entry)));
  if (foreign !== undefined) throw foreignError(foreign);
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
  return db.prepare<[], SchemaEntry>('SELECT type, name, tbl_name, sql FROM sqlite_schema').all();
}

/** Versions of SQLite differ in blanks where they rewrite a table. */
const keyOf = ({ type, name, tbl_name: table, sql }: SchemaEntry): string => JSON.stringify([type, name, table, sql?.replaceAll(/\s+/g, ' ').trim() ?? null]);

function foreignError({ type, name }: SchemaEntry): AppError {
  return new AppError(
    'invalid-input',
    `This project contains something that the studio did not create: the ${type} “${name.slice(0, 60)}”. It could run by itself inside the studio, so nothing was opened or changed. Ask for the project again, or remove the ${type} with a database tool.`,
  );
}
