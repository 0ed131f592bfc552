import path from 'node:path';
import type { CheckFinding } from '#core/base/db/check-database.ts';
import { changedRowsOf, sizeBytesOf } from '#core/base/db/database.ts';
import { isDiskError, storageTrouble } from '#core/base/db/storage-trouble.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';
import type { Clock, Logger } from '#core/base/host.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Backup, ReadOnlyReason } from '#shared/domain/project.ts';
import { words } from '#shared/words/words.ts';
import { listBackups, makeBackup } from './backups.ts';
import type { OpenFolder } from './project-folder.ts';
import { stepsOf, writeProjectState } from './project-state.ts';
import { rescueProject } from './rescue-project.ts';

/** How often it is looked whether something is due. */
const TICK_MS = 1_000;
/** Others that move, replace or cut off the files are noticed within this time, at the latest before the next step of work. */
const LOOK_MS = 250;
/** After changes, how much work there is is noted down this often. */
const NOTE_MS = 5_000;
/** After changes, the file on the disk is read through this often, and never for more than a fiftieth of the time. */
const CHECK_MS = 5_000;
const CHECK_SHARE = 50;
/** After changes, a backup is made this often, and never for more than a hundredth of the time, unless the last one is older than `BACKUP_MAX_MS`. */
const BACKUP_MS = 2 * 60_000;
const BACKUP_SHARE = 100;
const BACKUP_MAX_MS = 10 * 60_000;
/** A larger project is not backed up while somebody waits for it to close; its last backup is at most `BACKUP_MAX_MS` old. */
const MAX_BYTES_AT_CLOSE = 128 * 1024 * 1024;
/** Beside a backup so much stays free, so that it never takes the room that edits need. */
const RESERVE_BYTES = 64 * 1024 * 1024;

export interface WatchParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: Pick<EventBus, 'emit'>;
  freeBytes(folder: string): Promise<number>;
  checkDatabase(file: string): CheckFinding | Promise<CheckFinding>;
  /** Where a project is saved whose files were deleted under it. */
  readonly projectsDir: string;
  /** The project may only be read from now on. */
  onTrouble(reason: ReadOnlyReason): void;
  /** Its files were deleted. */
  onRescued(opened: OpenFolder, outcome: RescueOutcome): void;
}

/** The folder in which a project was saved whose files were deleted, or why it could not be. */
export type RescueOutcome = { readonly folder: string } | { readonly error: unknown };

export type ProjectWatch = ReturnType<typeof watchProject>;

/** Looks after an open project: that it lies where it lay and is intact, and that there are backups. */
export function watchProject(opened: OpenFolder, parts: WatchParts) {
  const { logger } = parts;
  const file = path.join(opened.folder, DATABASE_FILE);
  let lookedMs = performance.now();
  let noted = { ms: performance.now(), rows: changedRowsOf(opened.db) };
  let checked = { ms: performance.now(), rows: -1, tookMs: 0 };
  let backedUp = { ms: performance.now() - ageOfNewest(), rows: changedRowsOf(opened.db), tookMs: 0 };
  /** Checks and backups come one after the other. */
  let busy: Promise<void> | null = null;
  let isClosing = false;
  /** Whether what was deleted under us is saved elsewhere; null while nothing was. */
  let rescue: Promise<boolean> | null = null;
  let isRefusalSaid = false;
  /** The backup that the project closes for. */
  let heldBackup: string | null = null;
  const timer = setInterval(tick, TICK_MS);
  timer.unref();

  function ageOfNewest(): number {
    const newest = automaticBackups().at(0);
    // A clock that was set back must not put backups off.
    return newest === undefined ? 0 : Math.max(0, parts.clock.nowMs() - newest.createdAtMs);
  }

  /** Backups that cannot be listed keep nobody from the project: making the next one shows what is wrong. */
  function automaticBackups(): Backup[] {
    try {
      return listBackups(opened.folder, parts.clock.nowMs()).filter(({ kind }) => kind === 'automatic');
    } catch (error) {
      logger.warn({ error, folder: opened.folder }, 'the backups could not be listed');
      return [];
    }
  }

  function refuse(reason: 'moved' | 'deleted' | 'damaged' | 'disk-error', detail: string): void {
    if (opened.readOnly !== null) return;
    logger.error({ folder: opened.folder, reason, detail }, 'the project is closed for writing');
    opened.turnReadOnly(reason);
    parts.onTrouble(reason);
    if (reason === 'deleted') rescue = rescueNow();
  }

  async function rescueNow(): Promise<boolean> {
    try {
      const { projectsDir, checkDatabase: check } = parts;
      const folder = await rescueProject({ db: opened.db, name: opened.name, projectsDir, nowMs: parts.clock.nowMs(), check });
      logger.warn({ folder: opened.folder, rescued: folder }, 'the project was deleted while it was open, and saved elsewhere');
      parts.onRescued(opened, { folder });
      return true;
    } catch (error) {
      logger.error({ error, folder: opened.folder }, 'the project was deleted while it was open, and could not be saved elsewhere');
      parts.onRescued(opened, { error });
      return false;
    }
  }

  function look(): void {
    if (opened.readOnly === null && performance.now() - lookedMs >= LOOK_MS) lookNow();
  }

  function lookNow(): void {
    lookedMs = performance.now();
    try {
      const found = opened.look();
      if (found !== null) refuse(found, 'the files are not those that were opened');
    } catch (error) {
      if (!isDiskError(error)) throw error;
      refuse('disk-error', String(error));
    }
  }

  function tick(): void {
    try {
      look();
      if (opened.readOnly !== null) return;
      note();
      busy ??= whatIsDue()?.finally(() => void (busy = null)) ?? null;
    } catch (error) {
      logger.error({ error, folder: opened.folder }, 'looking after the project failed');
    }
  }

  function note(): void {
    const rows = changedRowsOf(opened.db);
    if (rows === noted.rows || performance.now() - noted.ms < NOTE_MS) return;
    noted = { ms: performance.now(), rows };
    writeProjectState(opened.folder, { state: 'open', steps: stepsOf(opened.db) }, logger);
  }

  function whatIsDue(): Promise<void> | null {
    const rows = changedRowsOf(opened.db);
    const nowMs = performance.now();
    if (rows !== checked.rows && nowMs - checked.ms >= Math.max(CHECK_MS, checked.tookMs * CHECK_SHARE)) return checkNow(rows);
    const backupMs = Math.min(BACKUP_MAX_MS, Math.max(BACKUP_MS, backedUp.tookMs * BACKUP_SHARE));
    return rows !== backedUp.rows && nowMs - backedUp.ms >= backupMs ? backUpQuietly() : null;
  }

  /** Where nobody asked for it, the log records it; that there can be none at all is said once. */
  async function backUpQuietly(): Promise<void> {
    try {
      if ((await parts.freeBytes(opened.folder)) > sizeBytesOf(opened.db) + RESERVE_BYTES) return await backUpNow();
      throw new AppError('disk-full', words('project.backupDiskFull'));
    } catch (error) {
      backedUp = { ...backedUp, ms: performance.now() };
      logger.warn({ error, folder: opened.folder }, 'no backup could be made');
      if (!(error instanceof AppError) || error.code !== 'forbidden' || isRefusalSaid) return;
      isRefusalSaid = true;
      parts.events.emit('notice', {
        level: 'warning',
        title: words('project.getsNoBackups', { project: opened.name }),
        message: error.words,
      });
    }
  }

  async function checkNow(rows: number): Promise<void> {
    const startedMs = performance.now();
    try {
      const finding = await parts.checkDatabase(file);
      if (finding !== null && !isClosing) refuse('damaged', finding);
    } catch (error) {
      logger.warn({ error, folder: opened.folder }, 'the project file could not be checked');
      if (isDiskError(error) && !isClosing) refuse('disk-error', String(error));
    }
    checked = { ms: performance.now(), rows, tookMs: performance.now() - startedMs };
  }

  async function backUpNow(): Promise<void> {
    const rows = changedRowsOf(opened.db);
    const startedMs = performance.now();
    try {
      await makeBackup({
        db: opened.db,
        folder: opened.folder,
        nowMs: parts.clock.nowMs(),
        check: parts.checkDatabase,
        isStopped: () => isClosing,
        isHeld: (id) => id === heldBackup,
      });
      logger.info({ folder: opened.folder }, 'backup made');
      backedUp = { ms: performance.now(), rows, tookMs: performance.now() - startedMs };
    } catch (error) {
      if (storageTrouble(error) === 'damaged') refuse('damaged', String(error));
      else if (isDiskError(error)) refuse('disk-error', String(error));
      throw error;
    }
  }

  return {
    look,

    /** The file is damaged, as work with it has shown. */
    reportDamage: (detail: string): void => refuse('damaged', detail),

    /** A backup at once, for whoever asks. @throws AppError `damaged`, `disk-full`, `cancelled` */
    async backUp(): Promise<void> {
      while (busy !== null) await busy;
      if (opened.readOnly !== null) throw new AppError('read-only', words('project.backupReadOnly'));
      busy = backUpNow().finally(() => void (busy = null));
      await busy;
    },

    /** At once, because the project could not be opened after all. */
    stop: (): void => clearInterval(timer),

    /**
     * Before the project closes: ends what is under way, and leaves a backup where there is something new. `toRestore` is the backup that is
     * put in its place next: none that is made before then takes its place.
     */
    async close(toRestore: string | null = null): Promise<void> {
      heldBackup = toRestore;
      clearInterval(timer);
      isClosing = true;
      await busy?.catch(() => undefined);
      isClosing = false;
      if (opened.readOnly === null) lookNow();
      // The disk may have been full then.
      if (rescue !== null && !(await rescue)) await rescueNow();
      if (opened.readOnly !== null || changedRowsOf(opened.db) === backedUp.rows || sizeBytesOf(opened.db) > MAX_BYTES_AT_CLOSE) return;
      await backUpQuietly();
    },
  };
}
