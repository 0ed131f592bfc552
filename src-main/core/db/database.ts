import Database from 'better-sqlite3';
import { AppError } from '#shared/contract/errors.ts';

/** Only for reading: what takes it promises not to write. */
export type ReadableDb = Database.Database & { readonly __readableDb: never };
/** May be written to, inside a transaction that the service opens. */
export type WritableDb = ReadableDb & { readonly __writableDb: never };

/** "SLUK" in the file's header tells a project apart from any other SQLite file. */
const APPLICATION_ID = 0x534c_554b;
/** Another process (a backup tool, a curious person's sqlite3) may hold the file for a moment. */
const BUSY_TIMEOUT_MS = 5_000;
/** A check reads the whole file; beyond this it would keep people waiting, and damage is told when it is met. */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;

/**
 * Makes a new, empty project database.
 * @throws AppError `conflict` when there is a file already.
 */
export function createDatabase(path: string): WritableDb {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  const { count } = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM sqlite_schema').get() ?? { count: 0 };
  if (count > 0) {
    db.close();
    throw new AppError('conflict', 'There is a project in this place already. Open it, or choose another name.');
  }
  db.pragma(`application_id = ${APPLICATION_ID}`);
  return configure(db);
}

/**
 * Opens an existing project database; reads before it writes, so that a file that is not ours stays byte for byte as it is.
 * @throws AppError `invalid-input` for what is damaged or no project, `not-found` for what is not there.
 */
export function openDatabase(path: string): WritableDb {
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    refuseForeign(db);
    return configure(db);
  } catch (error) {
    db?.close();
    throw explainOpenError(error);
  }
}

function refuseForeign(db: Database.Database): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
    throw new AppError('invalid-input', 'This is not a project of Shotluck Studio. The file was left as it is.');
  const sizeBytes = Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  if (sizeBytes > MAX_CHECKED_BYTES) return;
  const problem = db.pragma('quick_check(1)', { simple: true });
  if (problem !== 'ok') throw damaged(String(problem));
}

/** FULL: an edit that was acknowledged survives a power cut, not only a crash of the program. */
function configure(db: Database.Database): WritableDb {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
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

function explainOpenError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB')
    return new AppError('invalid-input', 'The project file is not a database. It was left as it is; restore it from a copy.', { cause: error });
  if (code === 'SQLITE_CANTOPEN')
    return new AppError('not-found', 'The project file cannot be opened. Check that it exists and that you may read and write it.', { cause: error });
  return code === 'SQLITE_CORRUPT' ? damaged(String(error)) : error;
}

function damaged(detail: string): AppError {
  return new AppError(
    'invalid-input',
    `The project file is damaged (${detail}). It was left as it is; restore it from a copy, e.g. from its "backups" folder.`,
  );
}

/** SQLite's primary result code (`SQLITE_IOERR` for `SQLITE_IOERR_READ`, …); null for other errors. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? (/^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? null) : null;
}

/** Runs `work` as one transaction that takes the write lock at once; an error rolls all of it back. */
export function inTransaction<T>(db: WritableDb, work: () => T): T {
  return db.transaction(work).immediate();
}
