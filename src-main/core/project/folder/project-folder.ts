import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { createDatabase, refuseWrites, requireWritable, sqliteCode, type WritableDb } from '#core/base/db/database.ts';
import { unreadableTransactions } from '#core/base/db/log-damage.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { sweepLeftovers, temporaryName } from '#core/base/files/leftovers.ts';
import { makeFolder, PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';
import { DATABASE_FILE, LOCK_FILES, STATE_FILE } from '#core/base/files/project-files.ts';
import { attachChangeCapture, type ChangeCapture } from '#core/base/db/change-capture.ts';
import type { Logger } from '#core/base/host.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ReadOnlyReason } from '#shared/domain/project.ts';
import { ProjectRef } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import { disarm, ownAlone, requireOwnPlaces } from './own-places.ts';
import { openProjectDatabase } from './project-database.ts';
import { lockProject, type ProjectLock } from './project-lock.ts';
import { placeOf } from './project-place.ts';
import type { ProjectSession } from '#core/base/project-session.ts';
import { lostWork, type LostWork, readProjectState, stepsOf, writeProjectState } from './project-state.ts';
import { viewDatabase } from './view-copy.ts';

/** What is said of a project's folder without its database. */
export const NO_DATABASE = words('project.noDatabase', { file: DATABASE_FILE });

/** An open project folder: `NAME.shotluck/` with its database, and `cache/`, `exports/` and `backups/` beside it. */
export interface OpenFolder extends ProjectSession {
  /** Path of the copy made before an older project was brought up to date; null when nothing had to change. */
  readonly backupPath: string | null;
  /** What was there when the project was last open and is not now. */
  readonly lost: LostWork | null;
  readonly readOnly: ReadOnlyReason | null;
  /** Refuses every write from now on. */
  turnReadOnly(reason: ReadOnlyReason): void;
  /** Whether folder and database are still those that were opened, untouched by others; else what became of them. Cheap. */
  look(): 'moved' | 'deleted' | 'damaged' | null;
  close(): void;
}

export interface FolderParts {
  /** For what cannot be kept in a project that is only read. */
  readonly dataDir: string;
  readonly logger: Logger;
}

/** @throws AppError `conflict` when the folder exists, `invalid-input` when its name cannot be a folder's. */
export function createProjectFolder(location: string, name: string, parts: FolderParts): OpenFolder {
  const folder = path.join(location, `${checkName(name)}${PROJECT_SUFFIX}`);
  const isThere = isTaken(folder);
  if (isThere && !isLeftOfMaking(folder)) throw placeTaken(name);
  // Under a name of our own until it is whole: whoever makes the same project at the same time, or opens the folder, never meets half of it.
  const making = temporaryName(folder);
  try {
    mkdirSync(location, { recursive: true });
    mkdirSync(making);
    makeDatabase(path.join(making, DATABASE_FILE));
    if (isThere) removeLeftOfMaking(folder);
    putInPlace(making, folder, name);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw explainRefusal(error, location);
  }
  return openForWriting(folder, openProjectDatabase, parts);
}

/** Also by a link that leads nowhere. */
function isTaken(place: string): boolean {
  try {
    return lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function makeDatabase(file: string): void {
  const db = createDatabase(file);
  try {
    migrate(db, migrations, '');
  } finally {
    db.close();
  }
}

/** A folder is never moved over one that holds anything, nor over a file. */
function putInPlace(making: string, folder: string, name: string): void {
  try {
    renameSync(making, folder);
  } catch (error) {
    throw existsSync(folder) ? placeTaken(name, error) : error;
  }
}

function placeTaken(name: string, cause?: unknown): AppError {
  return new AppError('conflict', words('project.placeTaken', { name }), { cause });
}

/**
 * Opens a project for writing, or for reading alone where it cannot be written to now, or where `readOnly` says why it shall be.
 * @throws AppError `not-found`, `damaged`, `invalid-input` for what is no project
 */
export function openProjectFolder(folder: string, parts: FolderParts & { readonly readOnly: ReadOnlyReason | null }): OpenFolder {
  if (!isProjectFolder(folder))
    throw new AppError('not-found', existsSync(path.join(folder, 'backups')) ? NO_DATABASE : words('project.noProject', { folder }));
  requireOwnPlaces(folder);
  if (parts.readOnly !== null) return openForViewing(folder, parts.readOnly, parts);
  try {
    return openForWriting(folder, wasNeverMade(folder) ? createDatabase : openProjectDatabase, parts);
  } catch (error) {
    const reason = reasonToView(error);
    if (reason === null) throw error;
    parts.logger.warn({ error, folder, reason }, 'the project is opened for reading only');
    return openForViewing(folder, reason, parts);
  }
}

/** A folder whose making was interrupted before there was anything in it to lose. */
function isLeftOfMaking(folder: string): boolean {
  try {
    return readdirSync(folder).every((name) => LOCK_FILES.includes(name) && lstatSync(path.join(folder, name)).isFile());
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function removeLeftOfMaking(folder: string): void {
  for (const name of LOCK_FILES) rmSync(path.join(folder, name), { force: true });
  // Fails when somebody has put something into it meanwhile.
  rmdirSync(folder);
}

/** A project whose making was interrupted in its first moment: nobody can have worked in it. */
function wasNeverMade(folder: string): boolean {
  const file = path.join(folder, DATABASE_FILE);
  return (
    statSync(file).size === 0 &&
    [STATE_FILE, 'backups', `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-journal`].every((name) => !existsSync(path.join(folder, name)))
  );
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

function openForWriting(folder: string, open: (file: string) => WritableDb, { logger }: FolderParts): OpenFolder {
  disarm(folder);
  const file = path.join(folder, DATABASE_FILE);
  // Before anything opens the database, which makes a log of its own.
  const log = { isThere: existsSync(`${file}-wal`), unreadable: unreadableTransactions(`${file}-wal`) };
  const lock = lockProject(folder, file);
  let db: WritableDb | null = null;
  try {
    const last = readProjectState(folder);
    ownAlone(folder);
    db = open(file);
    const backupPath = migrate(db, migrations, path.join(folder, 'backups'));
    requireWritable(db);
    const lost = lostWork(last, log, stepsOf(db));
    writeProjectState(folder, { state: 'open', steps: stepsOf(db) }, logger);
    tidy(folder, logger);
    return writableFolder({ folder, db, capture: attachChangeCapture(db), lock, logger, backupPath, lost });
  } catch (error) {
    db?.close();
    lock.release();
    throw error;
  }
}

/** A folder that was moved keeps word of its own, of a deleted one nothing is left, and one that is damaged must not pass for closed in order. */
const UNNOTED: ReadonlySet<ReadOnlyReason> = new Set(['moved', 'deleted', 'damaged', 'disk-error']);

interface WritableParts {
  readonly folder: string;
  readonly db: WritableDb;
  readonly capture: ChangeCapture;
  readonly lock: ProjectLock;
  readonly logger: Logger;
  readonly backupPath: string | null;
  readonly lost: LostWork | null;
}

function writableFolder({ folder, db, capture, lock, logger, backupPath, lost }: WritableParts): OpenFolder {
  const place = placeOf(folder, path.join(folder, DATABASE_FILE));
  let readOnly: ReadOnlyReason | null = null;
  return {
    ...describe(folder),
    db,
    capture,
    backupPath,
    lost,
    get readOnly() {
      return readOnly;
    },
    turnReadOnly(reason) {
      readOnly ??= reason;
      refuseWrites(db);
    },
    look: place.look,
    close() {
      const isNoted = readOnly === null || !UNNOTED.has(readOnly);
      const steps = isNoted ? stepsOf(db) : 0;
      if (isNoted) writeProjectState(folder, { state: 'closing', steps }, logger);
      db.close();
      if (isNoted) writeProjectState(folder, { state: 'closed', steps }, logger);
      place.close();
      lock.release();
    },
  };
}

function refuse(): never {
  throw new AppError('read-only', words('base.readOnly'));
}

function openForViewing(folder: string, reason: ReadOnlyReason, { dataDir }: FolderParts): OpenFolder {
  const viewed = viewDatabase(path.join(folder, DATABASE_FILE), dataDir);
  const session = describe(folder);
  return {
    ...session,
    exportsDir: path.join(dataDir, 'exports', session.ref),
    db: viewed.db,
    capture: { collect: refuse, collectAdds: refuse, replay: refuse },
    backupPath: null,
    lost: null,
    readOnly: reason,
    turnReadOnly: () => undefined,
    look: () => null,
    close: viewed.close,
  };
}

function describe(folder: string): Pick<ProjectSession, 'ref' | 'name' | 'folder' | 'cacheDir' | 'exportsDir'> {
  return {
    ref: projectRef(folder),
    name: projectName(folder),
    folder,
    cacheDir: path.join(folder, 'cache'),
    exportsDir: path.join(folder, 'exports'),
  };
}

/** Places for what can be made again, without what a killed process left in them. A full disk keeps nobody out: it is done next time. */
function tidy(folder: string, logger: Logger): void {
  try {
    for (const dir of ['cache', 'exports']) makeFolder(path.join(folder, dir));
    // What people put among the exports is theirs, whatever its name; caches and backups are ours alone.
    const removed =
      sweepLeftovers(folder, { depth: 0, isOurs: false }) +
      sweepLeftovers(path.join(folder, 'exports'), { depth: 3, isOurs: false }) +
      ['cache', 'backups'].reduce((sum, dir) => sum + sweepLeftovers(path.join(folder, dir), { depth: 3, isOurs: true }), 0);
    if (removed > 0) logger.info({ folder, removed }, 'files that an interrupted studio left half written were removed');
  } catch (error) {
    logger.warn({ error, folder }, 'the project folder could not be tidied');
  }
}

/** Null for what a person must decide about, e.g. a damaged file. */
function reasonToView(error: unknown): ReadOnlyReason | null {
  if (error instanceof AppError) return error.code === 'conflict' ? 'other-studio' : error.code === 'unsupported' ? 'newer' : null;
  const trouble = storageTrouble(error);
  if (trouble === 'full') return 'disk-full';
  return trouble === 'read-only' || REFUSALS.has(codeOf(error)) ? 'folder' : null;
}

/** Errors by which a system says that a place cannot be written to. */
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'SQLITE_CANTOPEN', 'SQLITE_READONLY']);

function codeOf(error: unknown): string {
  return sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '');
}

function explainRefusal(error: unknown, place: string): unknown {
  if (storageTrouble(error) === 'full') return new AppError('disk-full', words('project.makingDiskFull', { place }), { cause: error });
  const code = codeOf(error);
  if (!REFUSALS.has(code)) return error;
  return new AppError('invalid-input', words('project.makingRefused', { place, code }), { cause: error });
}

/** Names that some file system refuses would make a project that cannot be copied there. */
const UNSAFE_NAME = /[/\\:*?"<>|\p{Cc}]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)$/iu;

function checkName(name: string): string {
  const trimmed = name.normalize('NFC').trim();
  if (trimmed === '' || Buffer.byteLength(trimmed) > 200 || UNSAFE_NAME.test(trimmed))
    throw new AppError('invalid-input', words('project.badName', { name }));
  return trimmed;
}
