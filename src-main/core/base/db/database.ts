import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** Only for reading: what takes it promises not to write. */
export type ReadableDb = Database.Database & { readonly __readableDb: never };
/** May be written to, inside a transaction that the service opens. */
export type WritableDb = ReadableDb & { readonly __writableDb: never };

/** "SLUK" in the file's header distinguishes a project from any other SQLite file. */
const APPLICATION_ID = 0x534c_554b;
/** Another process (a backup tool, a curious person's sqlite3) may hold the file for a moment. */
const BUSY_TIMEOUT_MS = 5_000;
/** A check reads the whole file; beyond this it would keep people waiting, so a larger one is checked in the background once it is open. */
const MAX_CHECKED_AT_OPEN_BYTES = 32 * 1024 * 1024;

/**
 * Makes a new, empty project database.
 * @throws AppError `conflict` when there is a file already.
 */
export function createDatabase(path: string): WritableDb {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  const { count } = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM sqlite_schema').get() ?? { count: 0 };
  if (count > 0) {
    db.close();
    throw new AppError('conflict', words('base.projectThere'));
  }
  db.pragma(`application_id = ${APPLICATION_ID}`);
  return configure(db);
}

/** Looks at the schema of a database before anything in it can run, and throws for what must not be opened. False: its constraints may be anybody's, so it is not checked, which would run them. */
export type SchemaInspection = (db: Database.Database) => boolean;

/**
 * Opens an existing project database; reads before it writes, so that a file that is not ours stays byte for byte as it is.
 * @throws AppError `damaged`, `invalid-input` for what is no project, `not-found` for what is not there, and what `inspect` throws.
 */
export function openDatabase(path: string, inspect?: SchemaInspection): WritableDb {
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    distrust(db);
    refuseForeign(db);
    const isKnown = inspect?.(db) ?? true;
    if (isKnown && sizeBytesOf(db) <= MAX_CHECKED_AT_OPEN_BYTES) refuseDamaged(db);
    return configure(db);
  } catch (error) {
    db?.close();
    throw explainOpenError(error, path);
  }
}

/**
 * Opens a project database for reading alone, beside whoever writes to it.
 * @throws as `openDatabase`; pages are not checked, so that what is left of a damaged file can be seen
 */
export function openForReading(path: string, inspect?: SchemaInspection): WritableDb {
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    distrust(db);
    refuseForeign(db);
    inspect?.(db);
    keepStatements(db);
    // Of the type that services ask for: each write fails with SQLITE_READONLY, which is reported as `read-only`.
    return db as WritableDb;
  } catch (error) {
    db?.close();
    throw explainOpenError(error, path);
  }
}

/** False for what a later version added, in a project of an earlier one that is only read and so was left as it is. */
export function hasTable(db: ReadableDb, table: string): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(table) !== undefined;
}

/** From now on each write of this connection fails with SQLITE_READONLY. */
export function refuseWrites(db: WritableDb): void {
  db.pragma('query_only = ON');
}

/**
 * SQLite opens for reading what it may not write, and says so only at the first write. This one writes nothing.
 * @throws SQLITE_READONLY
 */
export function requireWritable(db: WritableDb): void {
  inTransaction(db, () => db.prepare('DELETE FROM history WHERE 0').run());
}

export function sizeBytesOf(db: Database.Database): number {
  return Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
}

/** Rows that this connection changed since it was opened. */
export function changedRowsOf(db: ReadableDb): number {
  return db.prepare<[], { count: number }>('SELECT total_changes() AS count').get()?.count ?? 0;
}

/** The file may be anybody's: its schema may call no function that reaches beyond the database, and pages that do not fit are noticed. */
function distrust(db: Database.Database): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
}

function refuseForeign(db: Database.Database): void {
  if (Number(db.pragma('page_count', { simple: true })) === 0) throw new AppError('damaged', words('base.fileEmpty'));
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw new AppError('invalid-input', words('base.notProject'));
}

function refuseDamaged(db: Database.Database): void {
  const problem = db.pragma('quick_check(1)', { simple: true });
  if (problem !== 'ok') throw damaged(String(problem));
}

/** FULL: an edit that was acknowledged survives a power cut, not only a crash of the program. */
function configure(db: Database.Database): WritableDb {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  // A page that is not what it should be is found when it is read, rather than believed.
  db.pragma('cell_size_check = ON');
  // What a statement would take back when it fails, which is much where it writes hundreds of rows.
  db.pragma('temp_store = MEMORY');
  keepStatements(db);
  return db as WritableDb;
}

/**
 * Compiles each statement once: with the triggers of history and search behind it, compiling a write takes longer than running it.
 * Statements are shared, so nobody may leave one half iterated or switch its mode (`pluck`, `raw`, …).
 */
function keepStatements(db: Database.Database): void {
  const compile = db.prepare.bind(db);
  const statements = new Map<string, Database.Statement>();
  const prepare = (sql: string): Database.Statement => {
    const statement = statements.get(sql) ?? compile(sql);
    statements.set(sql, statement);
    return statement;
  };
  Object.defineProperty(db, 'prepare', { value: prepare, configurable: true });
}

function explainOpenError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB') return new AppError('damaged', words('base.notDatabase'), { cause: error });
  if (code === 'SQLITE_CANTOPEN' && !existsSync(path)) return new AppError('not-found', words('base.fileMissing'), { cause: error });
  return code === 'SQLITE_CORRUPT' ? damaged(String(error)) : error;
}

function damaged(finding: string): AppError {
  return new AppError('damaged', words('base.fileDamaged', { finding }));
}

/** SQLite's primary result code (`SQLITE_IOERR` for `SQLITE_IOERR_READ`, …); null for other errors. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? (/^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? null) : null;
}

/** Runs `work` as one transaction that takes the write lock at once; an error rolls all of it back. */
export function inTransaction<T>(db: WritableDb, work: () => T): T {
  const ends = endsOf(db);
  const before = ends.length;
  let result: T;
  try {
    result = db.transaction(work).immediate();
  } catch (error) {
    for (const { rolledBack } of ends.splice(before).toReversed()) rolledBack();
    throw error;
  }
  if (!db.inTransaction) for (const { committed } of ends.splice(0)) committed();
  return result;
}

/** What is done outside of the database once it is known what became of a transaction. Neither may throw: the answer is the transaction's. */
interface TransactionEnd {
  /** It is on the disk, with all around it. */
  committed(): void;
  /** It, or one around it, was taken back. */
  rolledBack(): void;
}

/** Part of a transaction. */
export function atTransactionEnd(db: WritableDb, end: TransactionEnd): void {
  assert(db.inTransaction, 'there is a transaction whose end can be waited for');
  endsOf(db).push(end);
}

const ENDS = Symbol('what waits for the end of the transaction');

function endsOf(db: WritableDb & { [ENDS]?: TransactionEnd[] }): TransactionEnd[] {
  return (db[ENDS] ??= []);
}
