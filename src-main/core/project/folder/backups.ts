import { closeSync, constants, existsSync, fsyncSync, lstatSync, openSync, opendirSync, renameSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { inMegabytes } from '#core/base/bytes.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { temporaryName } from '#core/base/files/leftovers.ts';
import Database from 'better-sqlite3';
import type { CheckFinding } from '#core/base/db/check-database.ts';
import type { WritableDb } from '#core/base/db/database.ts';
import { placeRefused, storageTrouble } from '#core/base/db/storage-trouble.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { makeFolder } from '#core/base/files/make-folder.ts';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Backup } from '#shared/domain/project.ts';
import { words } from '#shared/words/words.ts';
import { backupsToDrop, isOfFuture } from './backup-policy.ts';
import { projectName } from './project-folder.ts';
import { requireDense, requireOwnPlaces } from './own-places.ts';
import { openProjectForReading } from './project-database.ts';
import { lockProject } from './project-lock.ts';
import { forgetProjectState } from './project-state.ts';

/** Pages that are copied before others have their turn: 1 MB, a few milliseconds. */
const PAGES_PER_STEP = 256;

/**
 * `2026-11-29T11-30-00.123Z.db`, `project-v3-2026-….db` before an update, `set-aside-2026-….db` by a restore. By a clock that is far wrong the year
 * has a sign and six digits.
 */
const NAME = /^(?:(project-v\d+|set-aside)-)?((?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)\.db$/;

const backupsFolder = (folder: string): string => path.join(folder, 'backups');

export interface BackupRequest {
  readonly db: WritableDb;
  readonly folder: string;
  readonly nowMs: number;
  check(file: string): CheckFinding | Promise<CheckFinding>;
  /** Asked between steps: true gives the backup up. */
  isStopped(): boolean;
  /** Asked when older backups go: true for one that somebody waits for, which stays although others take its place. */
  isHeld(backupId: string): boolean;
}

/**
 * Copies the open database step by step, while it is being worked with. Older backups go only once the new one was checked.
 * @throws AppError `damaged` when the copy is not intact: then the database is not either; `cancelled`
 */
export async function makeBackup(request: BackupRequest): Promise<void> {
  try {
    await copyAndCheck(request);
  } catch (error) {
    throw placeRefused(error, backupsFolder(request.folder)) ?? error;
  }
}

async function copyAndCheck({ db, folder, nowMs, check, isStopped, isHeld }: BackupRequest): Promise<void> {
  const dir = backupsFolder(folder);
  makeFolder(dir);
  const target = path.join(dir, `${stamp(nowMs)}.db`);
  const part = temporaryName(target);
  try {
    await copyDatabase(part, { db, check, isStopped });
    renameSync(part, target);
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(part + end, { force: true });
  }
  // The one just made stays whatever the clock says: set back, it makes the newest backup look like an old one.
  const others = backupsToDrop(listBackups(folder, nowMs), nowMs).filter(({ id }) => path.join(dir, id) !== target && !isHeld(id));
  for (const { id } of others) rmSync(path.join(dir, id), { force: true });
}

/** @throws AppError `damaged`, `cancelled` */
export async function copyDatabase(
  file: string,
  { db, check, isStopped }: Pick<BackupRequest, 'db' | 'check' | 'isStopped'>,
): Promise<void> {
  await db.backup(file, {
    progress() {
      if (isStopped()) throw new AppError('cancelled', words('project.backupCancelled'));
      return PAGES_PER_STEP;
    },
  });
  makeWhole(file);
  const finding = await check(file);
  if (finding !== null) throw new AppError('damaged', words('project.fileDamaged', { finding }));
}

/** One file on the disk, without a log beside it. */
function makeWhole(file: string): void {
  const copy = new Database(file);
  copy.pragma('journal_mode = DELETE');
  copy.close();
  const handle = openSync(file, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** The policy keeps some fifty; a folder from elsewhere may hold any number. */
const MAX_ENTRIES = 5_000;
const MAX_SHOWN = 200;
/** What is counted while people wait for the list: of larger backups, and once this time is over, there are no counts. */
const MAX_COUNTED_BYTES = 256 * 1024 ** 2;
const COUNTING_MS = 1_000;

/**
 * Newest first, without looking into them. What is dated in the future comes last, since a clock of ours has been there only when it was
 * wrong, or when it has been set back since.
 */
export function listBackups(folder: string, nowMs: number): Backup[] {
  const dir = backupsFolder(folder);
  const isFuture = ({ createdAtMs }: Backup): number => Number(isOfFuture(createdAtMs, nowMs));
  return namesIn(dir)
    .flatMap((id) => describeBackup(dir, id) ?? [])
    .sort((a, b) => isFuture(a) - isFuture(b) || b.createdAtMs - a.createdAtMs);
}

/** As `listBackups`, for people: with what is in each. */
export function showBackups(folder: string, nowMs: number): Backup[] {
  const startedMs = performance.now();
  return listBackups(folder, nowMs)
    .slice(0, MAX_SHOWN)
    .map((backup) => {
      if (performance.now() - startedMs > COUNTING_MS || backup.sizeBytes > MAX_COUNTED_BYTES) return backup;
      const counts = countsOf(path.join(backupsFolder(folder), backup.id));
      return { ...backup, counts, isUnreadable: counts === null };
    });
}

function namesIn(dir: string): string[] {
  try {
    const names: string[] = [];
    const entries = opendirSync(dir);
    try {
      for (let entry = entries.readSync(); entry !== null && names.length < MAX_ENTRIES; entry = entries.readSync()) names.push(entry.name);
    } finally {
      entries.closeSync();
    }
    return names;
  } catch (error) {
    // No folder, or something else in its place: then there are no backups, which must keep nobody from the project.
    if (isMissing(error)) return [];
    throw placeRefused(error, dir) ?? error;
  }
}

function describeBackup(dir: string, id: string): Backup | null {
  const [, sort, written] = NAME.exec(id) ?? [];
  if (written === undefined) return null;
  const file = path.join(dir, id);
  // A pipe would hold the studio up, and what a link leads to is nobody's backup.
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return null;
  return {
    id,
    kind: sort === undefined ? 'automatic' : sort === 'set-aside' ? 'set-aside' : 'before-update',
    createdAtMs: Date.parse(written.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')),
    sizeBytes: found.size,
    counts: null,
    isUnreadable: false,
  };
}

/** SQLite opens what lies beside a database, too: on a pipe it would wait for ever, and nothing of ours leaves a rollback journal there. */
function requireOrdinary(file: string): void {
  for (const end of ['', '-wal']) requireDense(file + end);
  for (const end of ['-wal', '-shm', '-journal']) {
    const found = lstatSync(file + end, { throwIfNoEntry: false });
    if (found === undefined || (found.isFile() && end !== '-journal')) continue;
    throw new AppError('invalid-input', words('project.besideBackup', { file: path.basename(file + end) }));
  }
}

function countsOf(file: string): Backup['counts'] {
  try {
    requireOrdinary(file);
    const db = openProjectForReading(file);
    const count = (sql: string): number => db.prepare<[], { count: number }>(sql).get()?.count ?? 0;
    try {
      return {
        videos: count('SELECT count(*) AS count FROM videos'),
        shots: count('SELECT count(*) AS count FROM shots'),
        texts: count('SELECT count(*) AS count FROM revisions WHERE is_current = 1'),
      };
    } finally {
      db.close();
    }
  } catch {
    // One that cannot be read is listed without counts; restoring it says why.
    return null;
  }
}

export interface RestoreRequest extends Pick<BackupRequest, 'folder' | 'nowMs' | 'check'> {
  readonly backupId: string;
  /** Of the disk of a folder, in bytes. */
  freeBytes(folder: string): Promise<number>;
}

/**
 * Puts a backup in the place of the database of a project that is not open. The database is set aside among the backups, never deleted.
 * @throws AppError `not-found`, `damaged` when the backup is not intact, `conflict` when another studio has the project open, `disk-full` before anything is copied
 */
export async function restoreBackup({ folder, backupId, nowMs, check, freeBytes }: RestoreRequest): Promise<void> {
  const source = path.join(backupsFolder(folder), path.basename(backupId));
  requireOwnPlaces(folder);
  if (describeBackup(backupsFolder(folder), backupId) === null) throw new AppError('not-found', words('project.backupGone'));
  requireOrdinary(source);
  requireRoom(sizeOf(source) + sizeOf(`${source}-wal`), await freeBytes(folder));
  const database = path.join(folder, DATABASE_FILE);
  const lock = existsSync(database) ? lockForRestore(folder, database) : null;
  const fresh = temporaryName(database);
  try {
    // With its log, which what was set aside may have. Only the copy is opened: beside it lies nothing but what we put there.
    for (const end of ['', '-wal']) if (existsSync(source + end)) await copyFile(source + end, fresh + end, constants.COPYFILE_FICLONE);
    requireOwnContents(fresh);
    const finding = await check(fresh);
    if (finding !== null) throw new AppError('damaged', words('project.backupDamaged', { finding }));
    makeWholeBackup(fresh);
    setAside(folder, database, nowMs);
    renameSync(fresh, database);
    forgetProjectState(folder);
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(fresh + end, { force: true });
    lock?.release();
  }
}

/** What is wrong with a backup is not wrong with the project that is open meanwhile. */
function makeWholeBackup(file: string): void {
  try {
    makeWhole(file);
  } catch (error) {
    if (storageTrouble(error) !== 'damaged') throw error;
    throw new AppError('damaged', words('project.backupDamaged', { finding: String(error) }), { cause: error });
  }
}

const sizeOf = (file: string): number => lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;

function requireRoom(neededBytes: number, freeBytes: number): void {
  if (neededBytes <= freeBytes) return;
  throw new AppError('disk-full', words('project.noRoomForRestore', { needed: inMegabytes(neededBytes), free: inMegabytes(freeBytes) }));
}

/** @throws AppError `invalid-input` for what is no project of ours, and would not be opened as one, `unsupported` for one of a newer studio; what is damaged is reported by the check */
function requireOwnContents(source: string): void {
  try {
    const db = openProjectForReading(source);
    const version = Number(db.pragma('user_version', { simple: true }));
    db.close();
    // Checking it would run constraints that are not known here.
    if (version > migrations.length) throw new AppError('unsupported', words('project.backupNewer'));
  } catch (error) {
    if (error instanceof AppError && (error.code === 'invalid-input' || error.code === 'unsupported')) throw error;
    if (storageTrouble(error) === null && !(error instanceof AppError)) throw error;
  }
}

function lockForRestore(folder: string, database: string): { release(): void } {
  try {
    return lockProject(folder, database);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, words('project.restoreOpenElsewhere', { project: projectName(folder) }), { cause: error });
  }
}

/** With its logs, which may hold what the file itself does not, and which SQLite would take for those of the file that comes in its place. */
function setAside(folder: string, database: string, nowMs: number): void {
  makeFolder(backupsFolder(folder));
  const aside =
    (existsSync(database) ? null : halfSetAside(folder, database)) ?? path.join(backupsFolder(folder), `set-aside-${stamp(nowMs)}.db`);
  for (const end of ['', '-wal', '-journal']) if (existsSync(database + end)) renameSync(database + end, aside + end);
  rmSync(`${database}-shm`, { force: true });
}

/** Where a restore that was killed has put the database without its log, which is no younger than that restore. */
function halfSetAside(folder: string, database: string): string | null {
  const logAtMs = lstatSync(`${database}-wal`, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  const found = listBackups(folder, Number.POSITIVE_INFINITY).find(
    ({ kind, createdAtMs }) => kind === 'set-aside' && createdAtMs >= logAtMs,
  );
  const file = found === undefined ? null : path.join(backupsFolder(folder), found.id);
  return file === null || existsSync(`${file}-wal`) ? null : file;
}

/** Of a moment, as a part of a file's name. */
export function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(':', '-');
}
