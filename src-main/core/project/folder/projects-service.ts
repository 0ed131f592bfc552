import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkDatabaseFile, type CheckFinding } from '#core/base/db/check-database.ts';
import { explainStorage, placeRefused } from '#core/base/db/storage-trouble.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import { createRoomWatch } from '#core/base/files/room-watch.ts';
import type { Clock, Logger } from '#core/base/host.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { assert } from '#shared/assert.ts';
import { AppError, wordsOf } from '#shared/contract/errors.ts';
import type { ProjectInfo, RecentProject } from '#shared/contract/views.ts';
import type { Backup, ReadOnlyReason } from '#shared/domain/project.ts';
import type { GrantId, ProjectRef } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import { restoreBackup, showBackups } from './backups.ts';
import { createKnownProjects } from './known-projects.ts';
import { createProjectFolder, type OpenFolder, openProjectFolder, projectFolderOf, projectName, projectRef } from './project-folder.ts';
import { infoOf } from './project-info.ts';
import { lostWorkNotice, notRescuedNotice, readOnlyNotice, rescuedNotice, writableNotice } from './project-notices.ts';
import { isSamePlace } from './project-place.ts';
import type { ProjectAccess, ProjectSession } from '#core/base/project-session.ts';
import { type ProjectWatch, type RescueOutcome, watchProject } from './project-watch.ts';
import { createRecentProjects } from './recent-projects.ts';
import { tidyProject } from './tidy-project.ts';
import { sweepViews } from './view-copy.ts';

export interface ProjectsParts {
  readonly dataDir: string;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly grants: FileGrants;
  freeBytes(folder: string): Promise<number>;
  /** In a thread of its own; left out, checks block. */
  checkDatabase?(file: string): CheckFinding | Promise<CheckFinding>;
  /** Called in order when a project is open, when it may only be read from then on, and before it closes, e.g. to run and stop its jobs. */
  onOpened(session: ProjectSession, isNewHere: boolean): void;
  onReadOnly(session: ProjectSession): void;
  onClosing(): Promise<void>;
}

export type ProjectsService = ReturnType<typeof createProjectsService>;

/** The open project and what looks after it. */
interface Current {
  readonly opened: OpenFolder;
  /** Null for a project that was opened for reading: there is nothing to look after. */
  readonly watch: ProjectWatch | null;
}

/** One open project at a time, and the list of those opened before. */
export function createProjectsService(parts: ProjectsParts) {
  const { events, logger, grants, clock, dataDir, checkDatabase = checkDatabaseFile } = parts;
  /** Why projects could not be opened, until they can. */
  const problems = new Map<ProjectRef, NonNullable<RecentProject['problem']>>();
  const recent = createRecentProjects({ dataDir, events, clock, logger, problemOf: (ref) => problems.get(ref) ?? null });
  const known = createKnownProjects({ dataDir, logger });
  const projectsDir = path.join(dataDir, 'projects');
  let current: Current | null = null;
  /** Of a project that could not be opened for writing on a full disk. */
  let room: ReturnType<typeof createRoomWatch> | null = null;
  let isClosing = false;
  let hasEnded = false;
  /** Resolves when the switch has ended that was asked for last. */
  let lastSwitch: Promise<unknown> = Promise.resolve();
  sweepViews(dataDir);

  const access: ProjectAccess = {
    session() {
      if (current === null) throw new AppError('no-project', words('project.noneOpen'));
      current.watch?.look();
      return current.opened;
    },
  };

  /**
   * Whatever opens or closes a project, one after the other, whoever asks: a second one that began while the first waits would meet our own
   * lock, and put its project in the place of one that nobody closes then.
   */
  function inLine<T>(work: () => Promise<T>): Promise<T> {
    const ended = lastSwitch.then(work);
    lastSwitch = ended.catch(() => undefined);
    return ended;
  }

  function inLineUntilEnd<T>(work: () => Promise<T>): Promise<T> {
    return inLine(() => {
      if (hasEnded) throw new AppError('cancelled', words('project.studioEnds'));
      return work();
    });
  }

  async function begin(opened: OpenFolder, { isAgain = false } = {}): Promise<ProjectInfo> {
    assert(current === null, 'the project that was open is closed before another one begins');
    try {
      const watched = { ...parts, checkDatabase, projectsDir, onTrouble, onRescued };
      current = { opened, watch: opened.readOnly === null ? watchProject(opened, watched) : null };
      recent.remember(opened.folder);
      parts.onOpened(opened, !known.isKnown(opened));
      known.note(opened);
    } catch (error) {
      // Half open would be worse than closed: the next try would meet our own lock.
      current?.watch?.stop();
      current = null;
      await parts.onClosing();
      opened.close();
      throw error;
    }
    logger.info({ folder: opened.folder, readOnly: opened.readOnly }, 'project opened');
    if (opened.backupPath !== null)
      events.emit('notice', {
        level: 'info',
        title: words('project.updated'),
        message: words('project.updatedBackup', { file: opened.backupPath }),
      });
    if (opened.lost !== null) events.emit('notice', lostWorkNotice(opened.name, opened.lost));
    // Whoever asked for it, or was told, knows.
    if (opened.readOnly !== null && opened.readOnly !== 'asked' && !isAgain)
      events.emit('notice', readOnlyNotice(opened.name, opened.readOnly));
    if (opened.readOnly === 'disk-full') {
      room = createRoomWatch({ freeBytes: () => parts.freeBytes(opened.folder), onRoom: () => void openAgain(opened) });
      room.start();
    }
    announce();
    return infoOf(opened);
  }

  /** Once its disk has room again. */
  async function openAgain(opened: OpenFolder): Promise<void> {
    await inLine(async () => {
      if (current?.opened !== opened || hasEnded) return;
      const { readOnly, name } = await openNow(opened.folder, false);
      if (readOnly === null) events.emit('notice', writableNotice(name));
    }).catch((error: unknown) => logger.error({ error, folder: opened.folder }, 'a project could not be opened again'));
  }

  function onTrouble(reason: ReadOnlyReason): void {
    if (current === null) return;
    // One that closes has no jobs any more, and must not be given new ones.
    if (!isClosing) parts.onReadOnly(current.opened);
    // Once it is known whether it could be saved elsewhere, that is said.
    if (reason !== 'deleted') events.emit('notice', readOnlyNotice(current.opened.name, reason));
    announce();
  }

  function onRescued({ name }: OpenFolder, outcome: RescueOutcome): void {
    if ('folder' in outcome) {
      recent.remember(outcome.folder);
      events.emit('notice', rescuedNotice(name, projectName(outcome.folder)));
    } else events.emit('notice', notRescuedNotice(name, wordsOf(explainStorage(outcome.error) ?? outcome.error)));
    announce();
  }

  function announce(): void {
    events.emit('changed', { table: 'projects', videoId: null });
  }

  /** `toRestore` names the backup that comes in its place. */
  async function closeCurrent(toRestore: string | null = null): Promise<void> {
    if (current === null) return;
    const { opened, watch } = current;
    room?.stop();
    room = null;
    isClosing = true;
    try {
      await parts.onClosing();
      await watch?.close(toRestore);
    } finally {
      isClosing = false;
    }
    current = null;
    opened.close();
    logger.info({ folder: opened.folder }, 'project closed');
    announce();
  }

  /** The project that was open stays so when the new one cannot be opened, and is opened again where only its beginning shows that. */
  async function switchTo(open: () => OpenFolder): Promise<ProjectInfo> {
    const before = current?.opened;
    const opened = open();
    try {
      known.requireUsable(opened);
      if (opened.readOnly === null) tidyProject(opened, logger);
      await closeCurrent();
    } catch (error) {
      opened.close();
      throw error;
    }
    return orAgain(before?.ref === opened.ref ? undefined : before, () => begin(opened));
  }

  /** Where what should be open instead proves not to be usable, `before` is opened again. */
  async function orAgain(before: OpenFolder | undefined, open: () => Promise<ProjectInfo>): Promise<ProjectInfo> {
    try {
      return await open();
    } catch (error) {
      if (before !== undefined && current === null) await reopen(before);
      throw error;
    }
  }

  /** A project that could only be read is opened for reading, for the reason that was told: writing was tried, or failed before. */
  async function reopen({ folder, readOnly }: OpenFolder): Promise<void> {
    try {
      await begin(openProjectFolder(folder, { dataDir, logger, readOnly }), { isAgain: true });
    } catch (error) {
      logger.error({ error, folder }, 'the project that was open could not be opened again');
    }
  }

  async function openNow(chosen: string, readOnly: boolean): Promise<ProjectInfo> {
    const folder = path.resolve(projectFolderOf(chosen));
    const ref = projectRef(folder);
    const same =
      current !== null && (current.opened.ref === ref || isSamePlace(current.opened.folder, folder)) ? current.opened : undefined;
    if (same !== undefined && (readOnly || same.readOnly === null)) return infoOf(same);
    try {
      // What kept it from being written to may be over: it is tried anew.
      if (same !== undefined) await closeCurrent();
      const info = await orAgain(same, () =>
        switchTo(() => openProjectFolder(folder, { dataDir, logger, readOnly: readOnly ? 'asked' : null })),
      );
      problems.delete(ref);
      return info;
    } catch (error) {
      logger.error({ error, folder }, 'a project could not be opened');
      const known =
        error instanceof AppError
          ? error
          : (placeRefused(error) ?? new AppError('internal', words('project.openingFailed'), { cause: error }));
      problems.set(ref, known.refusal);
      announce();
      throw known;
    }
  }

  /** For hosts, which hold paths: a project's folder, or the database in it. The one that is open already stays as it is. */
  function openFolder(chosen: string, { readOnly = false } = {}): Promise<ProjectInfo> {
    return inLineUntilEnd(() => openNow(chosen, readOnly));
  }

  /** For hosts, which hold paths. */
  function createIn(location: string, name: string): Promise<ProjectInfo> {
    return inLineUntilEnd(() => switchTo(() => createProjectFolder(location, name, { dataDir, logger })));
  }

  function folderOf(ref: ProjectRef): string {
    const folder = current?.opened.ref === ref ? current.opened.folder : recent.folderOf(ref);
    if (folder === null) throw new AppError('not-found', words('project.notRecent'));
    return folder;
  }

  const backupsIn = (folder: string): Backup[] => showBackups(folder, clock.nowMs());

  async function restoreNow(folder: string, backupId: string): Promise<ProjectInfo> {
    const same = current?.opened.ref === projectRef(folder) ? current.opened : undefined;
    if (same !== undefined) await closeCurrent(backupId);
    return orAgain(same, async () => {
      await restoreBackup({ folder, backupId, nowMs: clock.nowMs(), check: checkDatabase, freeBytes: parts.freeBytes });
      logger.info({ folder, backupId }, 'a backup was restored');
      return openNow(folder, false);
    });
  }

  /** For hosts, which hold paths. */
  function restoreIn(folder: string, backupId: string): Promise<ProjectInfo> {
    return inLineUntilEnd(() => restoreNow(folder, backupId));
  }

  /** Opens a project, or remembers it as one that cannot be opened, so that the studio shows it with what can be done. */
  async function openOrShow(folder: string): Promise<ProjectInfo | null> {
    try {
      return await openFolder(folder);
    } catch (error) {
      if (existsSync(folder)) recent.remember(path.resolve(projectFolderOf(folder)));
      const title = words('project.wasNotOpened', { project: projectName(folder) });
      events.emit('notice', { level: 'warning', title, message: wordsOf(error) });
      return null;
    }
  }

  return {
    access,
    seals: known.seals,
    current: (): ProjectInfo | null => (current === null ? null : infoOf(current.opened)),
    recent: (): RecentProject[] => recent.list(),
    forget: (ref: ProjectRef): void => recent.forget(ref),
    close: (): Promise<void> => inLine(() => closeCurrent()),

    /** For the end of the studio: what was asked for is carried out, and nothing is opened after that. */
    end: (): Promise<void> =>
      inLine(() => {
        hasEnded = true;
        recent.close();
        known.seals.close();
        return closeCurrent();
      }),

    /** Work met damage in the open database. */
    reportDamage: (detail: string): void => current?.watch?.reportDamage(detail),

    backups: (ref: ProjectRef): Backup[] => backupsIn(folderOf(ref)),
    backupsIn,

    /** @throws AppError `damaged`, `disk-full`, `read-only` */
    async backUp(): Promise<Backup[]> {
      const { folder } = access.session();
      await current?.watch?.backUp();
      return backupsIn(folder);
    },

    restore: (ref: ProjectRef, backupId: string): Promise<ProjectInfo> => restoreIn(folderOf(ref), backupId),
    restoreIn,

    /** Makes `NAME.shotluck` in the granted folder, or in the studio's own projects folder, and opens it. */
    create(name: string, locationGrantId?: GrantId): Promise<ProjectInfo> {
      const location = locationGrantId === undefined ? projectsDir : grants.resolveFolder(locationGrantId);
      return createIn(location, name);
    },

    createIn,
    openFolder,

    openRecent: (ref: ProjectRef, readOnly: boolean): Promise<ProjectInfo> => openFolder(folderOf(ref), { readOnly }),

    openGranted: (grantId: GrantId): Promise<ProjectInfo> => openFolder(grants.resolve(grantId).path),

    /** Opens what was open last, if it can be. A start never depends on it: what cannot be opened is shown with what can be done. */
    async reopenLast(): Promise<ProjectInfo | null> {
      const last = recent.list()[0];
      if (last === undefined || last.isMissing) return null;
      return openOrShow(last.displayPath);
    },

    openOrShow,
  };
}
