import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { createDatabase, openDatabase, sqliteCode, type WritableDb } from '#core/db/database.ts';
import { migrate } from '#core/db/migrate.ts';
import { migrations } from '#core/db/migrations/index.ts';
import { attachChangeCapture } from '#core/history/change-capture.ts';
import { AppError } from '#shared/contract/errors.ts';
import { ProjectRef } from '#shared/domain/ids.ts';
import type { ProjectSession } from './project-session.ts';

export const PROJECT_SUFFIX = '.shotluck';
const DATABASE_FILE = 'project.db';

/** An open project folder: `NAME.shotluck/` with its database, and `cache/` and `exports/` beside it. */
export interface OpenFolder extends ProjectSession {
  /** Path of the copy made before an older project was brought up to date; null when nothing had to change. */
  readonly backupPath: string | null;
  close(): void;
}

/** @throws AppError `conflict` when the folder exists, `invalid-input` when its name cannot be a folder's. */
export function createProjectFolder(location: string, name: string): OpenFolder {
  const folder = path.join(location, `${checkName(name)}${PROJECT_SUFFIX}`);
  if (existsSync(folder)) throw new AppError('conflict', `There is a project "${name}" in this place already. Open it, or choose another name.`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainRefusal(error, location);
  }
  try {
    return openWith(folder, createDatabase);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** @throws AppError `not-found`, `conflict` when another studio has it open, `invalid-input` or `unsupported` for its content. */
export function openProjectFolder(folder: string): OpenFolder {
  if (!existsSync(path.join(folder, DATABASE_FILE)))
    throw new AppError('not-found', `${path.basename(folder)} holds no project. It may have been moved or renamed; open it at its new place.`);
  return openWith(folder, openDatabase);
}

/** Where a project lies when a person chose its folder, or the database inside. */
export function projectFolderOf(chosen: string): string {
  return path.basename(chosen) === DATABASE_FILE ? path.dirname(chosen) : chosen;
}

export function projectName(folder: string): string {
  return path.basename(folder, PROJECT_SUFFIX);
}

/** The same place always has the same ref, so a list of recent projects survives restarts. */
export function projectRef(folder: string): ProjectRef {
  return ProjectRef.parse(createHash('sha256').update(folder).digest('hex').slice(0, 32));
}

export function isProjectFolder(folder: string): boolean {
  return existsSync(path.join(folder, DATABASE_FILE));
}

function openWith(folder: string, open: (file: string) => WritableDb): OpenFolder {
  const unlock = lock(folder);
  let db: WritableDb | null = null;
  try {
    db = open(path.join(folder, DATABASE_FILE));
    const backupPath = migrate(db, migrations, path.join(folder, 'backups'));
    const opened = db;
    const session = describe(folder, opened);
    for (const dir of [session.cacheDir, session.exportsDir]) mkdirSync(dir, { recursive: true });
    return {
      ...session,
      backupPath,
      close() {
        opened.close();
        unlock();
      },
    };
  } catch (error) {
    db?.close();
    unlock();
    throw error;
  }
}

function describe(folder: string, db: WritableDb): ProjectSession {
  return {
    ref: projectRef(folder),
    name: projectName(folder),
    folder,
    cacheDir: path.join(folder, 'cache'),
    exportsDir: path.join(folder, 'exports'),
    db,
    capture: attachChangeCapture(db),
  };
}

/**
 * Keeps a second core out. The lock is the operating system's, held through an empty SQLite file: it ends with the process,
 * however that ends, so there is never a stale one to clear.
 * @returns its release
 */
function lock(folder: string): () => void {
  const holder = openLock(folder);
  try {
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    if (sqliteCode(error) !== 'SQLITE_BUSY') throw explainRefusal(error, folder);
    throw new AppError('conflict', `"${projectName(folder)}" is open in another Shotluck Studio. Close it there first; nothing was changed.`, { cause: error });
  }
  return () => holder.close();
}

function openLock(folder: string): Database.Database {
  try {
    return new Database(path.join(folder, '.lock'), { timeout: 0 });
  } catch (error) {
    throw explainRefusal(error, folder);
  }
}

/** Errors by which a system says that a place cannot be written to. */
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'SQLITE_CANTOPEN', 'SQLITE_READONLY']);

function explainRefusal(error: unknown, place: string): unknown {
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '');
  if (!REFUSALS.has(code)) return error;
  return new AppError('invalid-input', `The studio cannot write in ${place} (${code}). A project needs a folder that you may write to; choose another place.`, { cause: error });
}

/** Names that some file system refuses would make a project that cannot be copied there. */
const UNSAFE_NAME = /[/\\:*?"<>|\p{Cc}]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)$/iu;

function checkName(name: string): string {
  const trimmed = name.normalize('NFC').trim();
  if (trimmed === '' || Buffer.byteLength(trimmed) > 200 || UNSAFE_NAME.test(trimmed))
    throw new AppError('invalid-input', `"${name}" cannot be a folder's name. Leave out / \\ : * ? " < > | and a dot at the beginning or end.`);
  return trimmed;
}
