import path from 'node:path';
import type { FileGrants } from '#core/files/file-grants.ts';
import * as changes from '#core/history/change-repository.ts';
import type { Clock, Logger } from '#core/host.ts';
import type { EventBus } from '#core/rpc/event-bus.ts';
import { inTransaction, type ReadableDb } from '#core/db/database.ts';
import { sweepMeasured } from '#core/videos/video-repository.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ProjectInfo, RecentProject } from '#shared/contract/views.ts';
import type { GrantId, ProjectRef } from '#shared/domain/ids.ts';
import { createProjectFolder, type OpenFolder, openProjectFolder, projectFolderOf, projectName, projectRef } from './project-folder.ts';
import type { ProjectAccess, ProjectSession } from './project-session.ts';
import { createRecentProjects } from './recent-projects.ts';

/** Steps that can still be undone or looked up; older ones are forgotten when the project is opened. */
const KEPT_STEPS = 5_000;

export interface ProjectsParts {
  readonly dataDir: string;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly grants: FileGrants;
  /** Called in order when a project is open and before it closes, e.g. to run and stop its jobs. */
  onOpened(session: ProjectSession): void;
  onClosing(): Promise<void>;
}

export type ProjectsService = ReturnType<typeof createProjectsService>;

/** One open project at a time, and the list of those opened before. */
export function createProjectsService(parts: ProjectsParts) {
  const { events, logger, grants } = parts;
  const recent = createRecentProjects(parts.dataDir, events, parts.clock);
  let current: OpenFolder | null = null;

  const access: ProjectAccess = {
    session() {
      if (current === null) throw new AppError('no-project', 'No project is open. Open or create one first.');
      return current;
    },
  };

  function begin(opened: OpenFolder): ProjectInfo {
    current = opened;
    try {
      inTransaction(opened.db, () => {
        changes.pruneSteps(opened.db, KEPT_STEPS);
        sweepMeasured(opened.db);
      });
      recent.remember(opened.folder);
      parts.onOpened(opened);
    } catch (error) {
      // Half open would be worse than closed: the next try would meet our own lock.
      current = null;
      opened.close();
      throw error;
    }
    logger.info({ folder: opened.folder }, 'project opened');
    if (opened.backupPath !== null)
      events.emit('notice', { level: 'info', title: 'Project updated', message: `It was brought to this version's format. A copy of the old file is at ${opened.backupPath}.` });
    announce();
    return infoOf(opened);
  }

  function announce(): void {
    events.emit('changed', { table: 'projects', videoId: null });
  }

  async function close(): Promise<void> {
    if (current === null) return;
    await parts.onClosing();
    current.close();
    logger.info({ folder: current.folder }, 'project closed');
    current = null;
    announce();
  }

  /** The project that was open stays so when the new one cannot be opened. */
  async function switchTo(open: () => OpenFolder): Promise<ProjectInfo> {
    const opened = open();
    await close();
    return begin(opened);
  }

  async function openFolder(chosen: string): Promise<ProjectInfo> {
    const folder = path.resolve(projectFolderOf(chosen));
    if (current?.ref === projectRef(folder)) return infoOf(current);
    return switchTo(() => openProjectFolder(folder));
  }

  /** A start must not fail because a disk was unplugged: where a project does not open, nothing is open, and a notice says why. */
  async function openAtStart(chosen: string): Promise<ProjectInfo | null> {
    try {
      return await openFolder(chosen);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      logger.warn({ error, folder: chosen }, 'a project was not opened at the start');
      events.emit('notice', { level: 'warning', title: `"${projectName(projectFolderOf(chosen))}" was not opened`, message: error.message });
      return null;
    }
  }

  async function createIn(location: string, name: string): Promise<ProjectInfo> {
    return switchTo(() => createProjectFolder(location, name));
  }

  return {
    access,
    current: (): ProjectInfo | null => (current === null ? null : infoOf(current)),
    recent: (): RecentProject[] => recent.list(),
    forget: (ref: ProjectRef): void => recent.forget(ref),
    close,

    /** Makes `NAME.shotluck` in the granted folder, or in the studio's own projects folder, and opens it. */
    create(name: string, locationGrantId?: GrantId): Promise<ProjectInfo> {
      const location = locationGrantId === undefined ? path.join(parts.dataDir, 'projects') : grants.resolveFolder(locationGrantId);
      return createIn(location, name);
    },

    /** For hosts, which hold paths. */
    createIn,

    /** For hosts, which hold paths: a project's folder, or the database in it. */
    openFolder,

    openRecent(ref: ProjectRef): Promise<ProjectInfo> {
      const folder = recent.folderOf(ref);
      if (folder === null) throw new AppError('not-found', 'This project is no longer in the list of recent ones. Open it from its folder.');
      return openFolder(folder);
    },

    openGranted: (grantId: GrantId): Promise<ProjectInfo> => openFolder(grants.resolve(grantId).path),

    /** Opens what was open last, if it can be. */
    async reopenLast(): Promise<ProjectInfo | null> {
      const last = recent.list()[0];
      return last === undefined || last.isMissing ? null : openAtStart(last.displayPath);
    },

    openAtStart,
  };
}

function infoOf({ ref, name, folder, db }: ProjectSession): ProjectInfo {
  return { ref, name, displayPath: folder, videoCount: countRows(db, 'videos'), shotCount: countRows(db, 'shots') };
}

function countRows(db: ReadableDb, table: 'videos' | 'shots'): number {
  return db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0;
}
