import { AppError } from '#shared/contract/errors.ts';
import type { CoreConfig } from './config.ts';
import { createDetectionService, type CutsFor } from './detection/detection-service.ts';
import { createFileGrants, type FileGrants } from './files/file-grants.ts';
import { createHandlers, landedProcedures } from './handlers.ts';
import { createHistoryService } from './history/history-service.ts';
import type { CoreHost } from './host.ts';
import type { ProjectAccess } from './projects/project-session.ts';
import { createProjectsService } from './projects/projects-service.ts';
import { createDispatcher, type Dispatcher } from './rpc/dispatcher.ts';
import { createEventBus, type EventBus } from './rpc/event-bus.ts';
import { createSearchService } from './search/search-service.ts';
import { createSettingsService } from './settings/settings-service.ts';
import { createShotsService } from './shots/shots-service.ts';
import { createTextsService } from './texts/texts-service.ts';
import { createTranscriptsService } from './transcripts/transcripts-service.ts';
import { createVideosService } from './videos/videos-service.ts';

export type CoreServices = ReturnType<typeof createServices>;

export interface Core {
  /** For clients: one call after the other over a wire. */
  readonly dispatcher: Dispatcher;
  readonly events: EventBus;
  /** For hosts in the same process, e.g. the command line. */
  readonly services: CoreServices;
  /** For hosts only: clients name paths by grants. */
  readonly files: FileGrants;
  /** Stops jobs, keeping their finished parts, and closes the project. */
  close(): Promise<void>;
}

/** The only place where things are wired. Every host, and every test, starts the studio by calling this. */
export function createCore(config: CoreConfig, host: CoreHost): Core {
  const events = createEventBus(host.logger);
  const grants = createFileGrants();
  const services = createServices({ config, host, events, grants });
  const dispatcher = createDispatcher({
    contract: landedProcedures,
    handlers: createHandlers(services),
    events,
    logger: host.logger,
    defaultActor: () => services.settings.get().userName,
  });
  return { dispatcher, events, services, files: grants, close: () => services.projects.close() };
}

interface Surroundings {
  readonly config: CoreConfig;
  readonly host: CoreHost;
  readonly events: EventBus;
  readonly grants: FileGrants;
}

function createServices({ config, host, events, grants }: Surroundings) {
  const { clock, logger } = host;
  const settings = createSettingsService(config.dataDir, events);
  const projects = createProjectsService({
    dataDir: config.dataDir,
    events,
    clock,
    logger,
    grants,
    onOpened: () => {
      videos.locateFiles().catch((error: unknown) => logger.error({ error }, 'looking for the video files failed'));
    },
    onClosing: async () => {},
  });
  const project: ProjectAccess = projects.access;
  const history = createHistoryService({ project, events, clock });
  const videos = createVideosService({ project, history, events, clock, grants });
  const shots = createShotsService(project, history);
  // Detectors join with their registry.
  const cutsFor: CutsFor = (detectorId) => {
    throw new AppError('not-found', `There is no detector "${detectorId}".`);
  };
  return {
    settings,
    projects,
    history,
    videos,
    shots,
    detection: createDetectionService({ project, videos, shots, events, clock, cutsFor }),
    texts: createTextsService({ project, history, clock }),
    transcripts: createTranscriptsService(project, history),
    search: createSearchService(project),
  };
}
