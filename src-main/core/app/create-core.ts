import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { procedures } from '#shared/contract/procedures.ts';
import type { CoreConfig } from '#core/base/config.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { createEngineClient } from '#core/engines/engine-client.ts';
import { createRunningEngines } from '#core/engines/running-engines.ts';
import { createFileGrants, type FileGrants } from '#core/base/files/file-grants.ts';
import { createUploads, type Uploads } from '#core/base/files/uploads.ts';
import { createHandlers } from './handlers.ts';
import type { StudioHost } from '#core/engines/engine-worker-handle.ts';
import type { AskedBy, MediaAnswer, MediaHead } from './media-urls/resolve-media.ts';
import { createFolderVeil, type FolderVeil } from '#core/base/without-folders.ts';
import { createDispatcher, type Dispatcher } from './rpc/dispatcher.ts';
import { createEventBus, type EventBus } from '#core/base/events/event-bus.ts';
import { STUDIO_VERSION } from '#core/base/studio-version.ts';
import { type CoreServices, createServices } from './create-services.ts';

export interface Core {
  /** For clients: answers calls over a wire. */
  readonly dispatcher: Dispatcher;
  readonly events: EventBus;
  /** For hosts in the same process, e.g. the command line. */
  readonly services: CoreServices;
  /** For hosts only: clients name paths by grants. */
  readonly files: FileGrants;
  /** For hosts whose clients send files. */
  readonly uploads: Uploads;
  readonly studioVersion: string;
  /** What an address of `shared/contract/media-urls.ts` stands for; null when there is no such thing. */
  resolveMedia(url: string, asked?: AskedBy): Promise<MediaAnswer | null>;
  /** The same for who wants to know only whether it is there, and of what kind: nothing is made. */
  resolveMediaHead(url: string, asked?: AskedBy): Promise<MediaAnswer | MediaHead | null>;
  /** For what a host sends browsers outside the wire. */
  readonly veil: FolderVeil;
  /** Carries out what clients asked for so far, stops jobs, keeping their finished parts, and closes the project; once, however many ask. */
  close(): Promise<void>;
}

/** The only place where things are wired. Every host, and every test, starts the studio by calling this. */
export function createCore(config: CoreConfig, host: StudioHost): Core {
  const events = createEventBus(host.logger);
  const uploads = createUploads(config.uploadsDir);
  const grants = createFileGrants(uploads);
  const runningEngines = createRunningEngines(events);
  const engineClient = createEngineClient(host.spawnEngineWorker, { logger: host.logger, onOpened: runningEngines.add });
  const services = createServices({ config, host, events, grants, engineClient, runningEngines });
  const veil = createFolderVeil(
    () => knownFolders(config, services),
    (error) => host.logger.warn({ error }, 'which folders are nobody else’s business could not be told'),
  );
  const dispatcher = createDispatcher({
    contract: procedures,
    handlers: createHandlers(services),
    events,
    logger: host.logger,
    defaultActor: () => services.people.nameHere(),
    openProject: () => services.projects.current()?.ref ?? null,
    onOwnersCommand(actor) {
      try {
        services.people.noteOwner(actor);
      } catch (error) {
        // What the disk does not take now, the command itself will not write either.
        if (storageTrouble(error) === null) throw error;
        host.logger.warn({ error }, 'the name of an owner could not be noted in the project');
      }
    },
    onDamage: services.projects.reportDamage,
    veil,
  });
  return {
    dispatcher,
    events,
    services,
    files: grants,
    uploads,
    studioVersion: STUDIO_VERSION,
    veil,
    resolveMedia: services.media.resolve,
    resolveMediaHead: services.media.head,
    close: once(async () => {
      await dispatcher.settled();
      services.people.close();
      await services.projects.end();
      await services.models.downloads.close();
      await engineClient.close();
    }),
  };
}

/** Whoever asks waits for the same end: a signal and the command that it ends both close. */
function once(work: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | null = null;
  return () => (ended ??= work());
}

/** Where the studio keeps and finds things on this machine. */
function knownFolders(config: CoreConfig, { projects, videos, grants, exportedFiles, models }: CoreServices): string[] {
  const { dataDir, uploadsDir, modelsDir, userModelsDir, sampleVideoPath } = config;
  const project = projects.current();
  return [
    dataDir,
    uploadsDir,
    modelsDir,
    userModelsDir,
    homedir(),
    tmpdir(),
    ...(sampleVideoPath === null ? [] : [path.dirname(sampleVideoPath)]),
    ...projects.recent().flatMap(({ displayPath }) => [displayPath, path.dirname(displayPath)]),
    ...(project === null
      ? []
      : [
          project.displayPath,
          path.dirname(project.displayPath),
          ...videos.folders(),
          ...exportedFiles.folders().flatMap((folder) => [folder, path.dirname(folder)]),
        ]),
    ...grants.folders(),
    ...models.linkedFolders().flatMap((folder) => [folder, path.dirname(folder)]),
  ];
}
