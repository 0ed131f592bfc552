import type { CoreConfig } from '#core/base/config.ts';
import { checkDatabaseFile } from '#core/base/db/check-database.ts';
import { compactDatabaseFile } from '#core/base/db/compact-database.ts';
import { createDatabase, type WritableDb } from '#core/base/db/database.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import type { Engines } from '#core/engines/open-engines.ts';
import type { CoreHost } from '#core/base/host.ts';
import type { Seals } from '#core/base/seals.ts';
import type { ProjectSession } from '#core/base/project-session.ts';
import { createThrottle } from '#core/base/events/throttle.ts';
import type { WorkScope } from '#core/base/work-scope.ts';
import type { SettingsService } from '#core/base/settings/settings-service.ts';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Events } from '#shared/contract/events.ts';
import { words } from '#shared/words/words.ts';
import { createJobQueue, type JobQueue } from '#core/jobs/job-queue.ts';
import { createExportedFiles, type ExportedFiles } from '#core/project/exported/exported-files.ts';
import { createJobsService, type JobsService } from './jobs-service.ts';
import { rooms } from './rooms.ts';
import type { StepParts, StepServices } from './step-parts.ts';

/** Progress and streamed text reach clients at most this often. */
const PUSH_INTERVAL_MS = 250;

/** What a client is shown of the actor of work that nobody asked for just now. */
const STUDIO_ACTOR = 'studio';

export interface JobsSystemParts extends StepServices {
  readonly config: CoreConfig;
  readonly host: CoreHost;
  readonly settings: SettingsService;
  readonly engines: Engines;
  readonly seals: Pick<Seals, 'has' | 'add'>;
  readonly scope: WorkScope;
  /** On the disk of a folder. */
  freeBytes(folder: string): Promise<number>;
  /** A job met damage in the database. */
  onDamage(detail: string): void;
}

const DISK_FULL_NOTICE: Events['notice'] = {
  level: 'error',
  title: words('steps.diskFull'),
  message: words('steps.jobsWaitForRoom'),
};

const OWED_NOTICE: Events['notice'] = {
  level: 'warning',
  title: words('steps.diskFull'),
  message: words('steps.jobsOwed'),
};

function heldNotice(count: number): Events['notice'] {
  return { level: 'warning', title: words('steps.jobsFromElsewhere'), message: words('steps.jobsHeld', { count }) };
}

function queueFullNotice(videoCount: number): Events['notice'] {
  return { level: 'warning', title: words('steps.queueIsFull'), message: words('steps.videosWithoutJobs', { count: videoCount }) };
}

export interface JobsSystem {
  readonly service: JobsService;
  readonly exportedFiles: ExportedFiles;
  /** Runs the queue of a project that was opened. What waits in one that is new here begins only when a person says so. */
  start(session: ProjectSession, isNewHere: boolean): void;
  /** Stops what runs, because the project may only be read from now on; exports can still be made. */
  restart(session: ProjectSession): Promise<void>;
  /** Stops what runs, before the project closes. */
  stop(): Promise<void>;
}

/** An export need not wait for a long import. */
const EXCHANGE_WIDTH = 2;

/** The queue of the open project, with every kind of job that there is. */
export function createJobsSystem(parts: JobsSystemParts): JobsSystem {
  const { config, host, events } = parts;
  const progressThrottle = createThrottle<Events['jobProgress']>(PUSH_INTERVAL_MS, (progress) => events.emit('jobProgress', progress));
  let queue: JobQueue | null = null;
  let queueDb: WritableDb | null = null;
  const exportedFiles = createExportedFiles({
    clock: host.clock,
    seals: parts.seals,
    writable: () => queueDb ?? parts.project.session().db,
    readable: () => [...(queueDb === null ? [] : [queueDb]), parts.project.session().db],
  });
  const service = createJobsService({
    project: parts.project,
    videos: parts.videos,
    shots: parts.shots,
    detection: parts.detection,
    settings: parts.settings,
    grants: parts.grants,
    places: parts.places,
    queue() {
      parts.scope.requireWanted();
      if (queue === null) throw new AppError('no-project', words('steps.noProject'));
      return queue;
    },
    onFull: (videoCount) => events.emit('notice', queueFullNotice(videoCount)),
    onOwed(error) {
      host.logger.warn({ error }, 'jobs that follow from a command could not be queued yet');
      if (storageTrouble(error) === 'full') events.emit('notice', OWED_NOTICE);
    },
  });
  const stepParts = createStepParts(parts, exportedFiles, (videoIds, actor) => service.enqueueArtwork(videoIds, actor));
  const all = Object.values(rooms).map((room) => ({ definition: room.definition(stepParts), isReading: room.step.isReading === true }));

  function open(session: ProjectSession): JobQueue {
    queueDb = session.readOnly === null ? session.db : openMemoryQueue();
    return createJobQueue({
      db: queueDb,
      definitions: all.filter(({ isReading }) => isReading || session.readOnly === null).map(({ definition }) => definition),
      laneWidths: { inference: 1, ffmpeg: config.ffmpegLanes, exchange: EXCHANGE_WIDTH },
      clock: host.clock,
      logger: host.logger,
      scope: parts.scope,
      freeBytes: () => parts.freeBytes(session.folder),
      onDiskFull: () => events.emit('notice', DISK_FULL_NOTICE),
      onDamage: parts.onDamage,
      onChanged: () => events.emit('changed', { table: 'jobs', videoId: null }),
      // Who waits for the queue to be idle has been notified of each end by then.
      onProgress: (progress) => progressThrottle[progress.state === 'running' ? 'push' : 'last'](progress.jobId, progress),
    });
  }

  async function stop(): Promise<void> {
    // Another may have taken its place meanwhile, as the project could only be read.
    while (queue !== null) {
      const stopped = queue;
      await stopped.close();
      if (queue !== stopped) continue;
      queue = null;
      queueDb = null;
    }
    progressThrottle.flush();
  }

  return {
    service,
    exportedFiles,
    start(session, isNewHere) {
      assert(queue === null, 'the queue of the project before has been stopped');
      queue = open(session);
      if (session.readOnly === null) service.enqueueForgotten(STUDIO_ACTOR);
      const held = queue.start({ holds: isNewHere });
      if (held > 0) events.emit('notice', heldNotice(held));
    },
    async restart(session) {
      const stopped = queue;
      queue = open(session);
      queue.start();
      await stopped?.close();
      events.emit('changed', { table: 'jobs', videoId: null });
    },
    stop,
  };
}

/** The queue of a project that may only be read: it lives as long as the project is open. */
function openMemoryQueue(): WritableDb {
  const db = createDatabase(':memory:');
  migrate(db, migrations, '');
  return db;
}

function createStepParts(parts: JobsSystemParts, exportedFiles: ExportedFiles, onMeasured: StepParts['onMeasured']): StepParts {
  const { events, host, config, engines, documents } = parts;
  const textThrottle = createThrottle<Events['captionText']>(PUSH_INTERVAL_MS, (event) => events.emit('captionText', event));
  return {
    ...parts,
    ...engines,
    documentOf: documents.documentOf,
    exportedFiles,
    clock: host.clock,
    parallel: config.ffmpegLanes,
    umask: config.personUmask,
    checkDatabase: host.checkDatabase ?? checkDatabaseFile,
    compactDatabase: host.compactDatabase ?? compactDatabaseFile,
    onText: (event) => textThrottle.push(`${event.jobId} ${event.shotId}`, event),
    onMeasured,
  };
}
