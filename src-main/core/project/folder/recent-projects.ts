import { words } from '#shared/words/words.ts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readJsonFile, requireRead, writeJsonFile } from '#core/base/files/json-file.ts';
import { createUntilWritten } from '#core/base/files/until-written.ts';
import type { Clock, Logger } from '#core/base/host.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { RecentProject } from '#shared/contract/views.ts';
import type { ProjectRef } from '#shared/domain/ids.ts';
import { isProjectFolder, NO_DATABASE, projectName, projectRef } from './project-folder.ts';

const RecentFile = z.array(z.object({ folder: z.string(), openedAtMs: z.int() }));
type RecentFile = z.infer<typeof RecentFile>;

const MAX_RECENT = 30;

export interface RecentParts {
  readonly dataDir: string;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  /** Why a project could not be opened the last time that was tried. */
  problemOf(ref: ProjectRef): RecentProject['problem'];
}

/** Projects opened before, newest first, in `recent-projects.json`. */
export function createRecentProjects({ dataDir, events, clock, logger, problemOf }: RecentParts) {
  const file = path.join(dataDir, 'recent-projects.json');
  /** Opened, and not in the file yet. */
  let waiting: RecentFile = [];
  /** What the file said last. */
  let known: RecentFile = [];
  /** A list that cannot be written keeps nobody from working. */
  const writing = createUntilWritten({
    write() {
      if (waiting.length > 0) write(readToWrite());
    },
    onFailure: (error) => logger.warn({ error, file }, 'the list of recent projects could not be written'),
  });

  function read(): RecentFile {
    return [...waiting, ...without(readFile(), waiting)];
  }

  function readFile(): RecentFile {
    const found = readJsonFile(file, RecentFile);
    if (found.state === 'unread') return known;
    known = found.state === 'ok' ? found.value : [];
    if (found.state === 'set-aside')
      events.emit('notice', {
        level: 'warning',
        title: words('project.recentDamaged'),
        message: words('project.recentEmptied', { file: found.setAsidePath }),
      });
    return known;
  }

  /** @throws AppError `busy` while it is not known what would be written over */
  function readToWrite(): RecentFile {
    requireRead(file, readJsonFile(file, RecentFile));
    return read();
  }

  function write(list: RecentFile): void {
    writeJsonFile(file, list.slice(0, MAX_RECENT));
    waiting = [];
    events.emit('changed', { table: 'projects', videoId: null });
  }

  return {
    list: (): RecentProject[] =>
      read().map(({ folder, openedAtMs }) => ({
        ref: projectRef(folder),
        name: projectName(folder),
        displayPath: folder,
        openedAtMs,
        isMissing: !existsSync(folder),
        problem:
          problemOf(projectRef(folder)) ??
          (existsSync(folder) && !isProjectFolder(folder) ? new AppError('not-found', NO_DATABASE).refusal : null),
      })),
    folderOf: (ref: ProjectRef): string | null => read().find(({ folder }) => projectRef(folder) === ref)?.folder ?? null,
    remember(folder: string): void {
      const opened = { folder, openedAtMs: clock.nowMs() };
      waiting = [opened, ...without(waiting, [opened])];
      writing.now();
    },
    forget: (ref: ProjectRef): void => write(readToWrite().filter(({ folder }) => projectRef(folder) !== ref)),
    /** With the studio. */
    close: (): void => writing.close(),
  };
}

function without(list: RecentFile, others: RecentFile): RecentFile {
  const folders = new Set(others.map(({ folder }) => folder));
  return list.filter(({ folder }) => !folders.has(folder));
}
