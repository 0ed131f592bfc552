import { mkdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoArtwork } from '#shared/domain/video.ts';
import type { CoreConfig } from '#core/base/config.ts';
import { createDetectionService } from '#core/project/detection/detection-service.ts';
import { createEndpointsService } from '#core/engines/endpoints/endpoints-service.ts';
import type { EngineClient } from '#core/engines/engine-client.ts';
import { loadManifest } from '#core/models/model-manifest.ts';
import { createModelStore } from '#core/models/model-store.ts';
import { createEngines } from '#core/engines/open-engines.ts';
import { engineInfos } from '#core/engines/registry.ts';
import type { RunningEngines } from '#core/engines/running-engines.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import { sweepLeftovers } from '#core/base/files/leftovers.ts';
import { createProjectDocuments } from '#core/project/documents/project-documents.ts';
import { createHistoryService } from '#core/project/history/history-service.ts';
import type { StudioHost } from '#core/engines/engine-worker-handle.ts';
import { createJobsSystem } from '#core/steps/create-jobs.ts';
import { createMediaResolver } from './media-urls/resolve-media.ts';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { readArtwork } from '#core/media/media-cache.ts';
import { createOwnerNames } from './people/owner-names.ts';
import { createPeopleService } from './people/people-service.ts';
import { createModelDownloads } from '#core/models/downloads-service.ts';
import { createModelsService } from '#core/models/models-service.ts';
import { createTestRuns } from '#core/steps/trial/test-run.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { createWorkScope } from '#core/base/work-scope.ts';
import { createChosenPlaces } from '#core/project/chosen-places.ts';
import { createProjectOwners } from '#core/project/project-owners.ts';
import { createProjectsService } from '#core/project/folder/projects-service.ts';
import { createSampleProject } from './sample-project.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { createScreenTextService } from '#core/project/screen-text/screen-text-service.ts';
import { createClipPlaces } from '#core/project/clips/clip-places.ts';
import { createExportsService } from '#core/exchange/exports/exports-service.ts';
import { createImportsService } from '#core/exchange/imports/imports-service.ts';
import { createSearchService } from '#core/project/search/search-service.ts';
import { createSettingsService } from '#core/base/settings/settings-service.ts';
import { createShotsService } from '#core/project/shots/shots-service.ts';
import { STUDIO_VERSION } from '#core/base/studio-version.ts';
import { createDoctor } from './system/doctor.ts';
import { createSystemInfo } from './system/system-info.ts';
import { createTextsService } from '#core/project/texts/texts-service.ts';
import { createTranscriptsService } from '#core/project/transcripts/transcripts-service.ts';
import { createFileLookout } from '#core/project/videos/file-lookout.ts';
import { createVideoList } from '#core/project/videos/video-list.ts';
import { createVideosService } from '#core/project/videos/videos-service.ts';

export type CoreServices = ReturnType<typeof createServices>;

interface Surroundings {
  readonly config: CoreConfig;
  readonly host: StudioHost;
  readonly events: EventBus;
  readonly grants: FileGrants;
  readonly engineClient: EngineClient;
  readonly runningEngines: RunningEngines;
}

/** Makes every service, from the lowest storey up. */
export function createServices({ config, host, events, grants, engineClient, runningEngines }: Surroundings) {
  const { clock, logger } = host;
  // Several studios may share the data folder: only what belongs to none that runs is removed.
  sweepLeftovers(config.dataDir, { depth: 1, isOurs: false });
  const settings = createSettingsService(config.dataDir, events);

  const ffmpeg = createFfmpeg({ ffmpegPath: config.ffmpegPath, ffprobePath: config.ffprobePath, logger });
  const { modelsDir, userModelsDir } = config;
  const store = createModelStore({ modelsDir, userModelsDir, logger });
  const downloads = createModelDownloads({
    hub: config.hub,
    userModelsDir,
    events,
    clock,
    logger,
    catalogue: async () => (await loadManifest(modelsDir)).models.filter((model) => model.delivery === 'hub'),
    freeBytes: host.freeBytes ?? freeBytesMaking,
    mayUseNetwork: () => settings.get().allowNetwork,
  });
  const endpoints = createEndpointsService({ settings, secrets: host.secrets });
  const engines = createEngines({
    client: engineClient,
    models: store,
    endpoints,
    threads: config.inferenceThreads,
    deviceOf: (engineId) => config.device ?? settings.get().devices[engineId] ?? 'auto',
  });

  // Projects start and stop the jobs that are made from the services below; the functions run only once all are made.
  const projects = createProjectsService({
    dataDir: config.dataDir,
    events,
    clock,
    logger,
    grants,
    freeBytes: host.freeBytes ?? freeBytes,
    ...(host.checkDatabase !== undefined && { checkDatabase: host.checkDatabase }),
    onReadOnly: (session) => inBackground(jobs.restart(session), 'stopping the jobs of a project that may only be read'),
    onOpened(session, isNewHere) {
      jobs.start(session, isNewHere);
      if (session.readOnly !== null) return;
      people.noteKnownOwners();
      videos.keepUploads();
      lookout.start();
    },
    onClosing() {
      lookout.stop();
      return jobs.stop();
    },
  });
  const people = createPeopleService({
    settings,
    events,
    clock,
    ownerNames: createOwnerNames({ dataDir: config.dataDir, events, logger }),
    projectOwners: createProjectOwners({ session: () => (projects.current() === null ? null : projects.access.session()) }),
  });
  const scope = createWorkScope();
  const project: ProjectAccess = {
    session() {
      scope.requireWanted();
      return projects.access.session();
    },
  };
  const videoList = createVideoList({ project, events });
  const history = createHistoryService({
    project,
    events,
    clock,
    onVideosFilled: videoList.noteChanged,
    onVideosMoved({ gone, back, actor }) {
      inBackground(jobs.service.cancelOf(gone), 'cancelling the jobs of removed videos');
      jobs.service.enqueueUnmeasured(back, actor);
      inBackground(jobs.service.goOnWith(back), 'going on with the jobs of videos that came back');
    },
  });
  const places = createChosenPlaces({ project, seals: projects.seals });
  const videos = createVideosService({ project, history, events, clock, grants, ffmpeg, seals: projects.seals });
  const lookout = createFileLookout(videos.locateFiles, (error) => logger.error({ error }, 'looking for the video files failed'));
  const shots = createShotsService(project, history);
  const detection = createDetectionService({ project, videos, shots, events, clock });
  const texts = createTextsService({ project, history, clock });
  const transcripts = createTranscriptsService(project, history);
  const screenText = createScreenTextService(project, events);
  const documents = createProjectDocuments({ project, videos, shots, texts, transcripts, screenText });
  const clips = createClipPlaces({ project, places });
  const exports = createExportsService({
    project,
    videos,
    documents,
    clips,
    texts,
    ffmpeg,
    parallel: config.ffmpegLanes,
    clock,
    studioVersion: STUDIO_VERSION,
  });
  const imports = createImportsService({ history, videos, transcripts, shots, texts, ffmpeg, grants, places, clock });
  const jobs = createJobsSystem({
    config,
    host,
    events,
    grants,
    places,
    project,
    settings,
    videos,
    shots,
    detection,
    texts,
    transcripts,
    screenText,
    documents,
    exports,
    imports,
    engines,
    seals: projects.seals,
    scope,
    ffmpeg,
    freeBytes: host.freeBytes ?? freeBytes,
    onDamage: projects.reportDamage,
  });
  const media = createMediaResolver({
    project,
    videos,
    detection,
    exportedFiles: jobs.exportedFiles,
    ffmpeg,
    parallelStills: config.ffmpegLanes,
  });

  function inBackground(work: Promise<unknown>, what: string): void {
    work.catch((error: unknown) => logger.error({ error }, `${what} failed`));
  }

  return {
    events,
    settings,
    people,
    grants,
    places,
    projects,
    history,
    videos,
    videoList,
    shots,
    detection,
    texts,
    transcripts,
    screenText,
    documents,
    exports,
    imports,
    search: createSearchService(project),
    jobs: jobs.service,
    exportedFiles: jobs.exportedFiles,
    endpoints,
    runningEngines,
    models: createModelsService({ store, downloads, userModelsDir, grants, settings, events }),
    testRuns: createTestRuns({
      ffmpeg,
      sampleVideoPath: config.sampleVideoPath,
      models: store.list,
      settings: settings.get,
      openCaptioner: engines.openCaptioner,
      openDetector: engines.openDetector,
      openTranscriber: engines.openTranscriber,
      openTextRecogniser: engines.openTextRecogniser,
      openSummariser: engines.openSummariser,
      onText: (modelId, text) => events.emit('modelTestText', { modelId, text }),
    }),
    engineInfos: () => engineInfos(store, endpoints.engineInfos()),
    media,
    doctor: createDoctor({ config, ffmpeg, engines: engineClient, models: store }),
    systemInfo: createSystemInfo(ffmpeg, engineClient),

    /** Pictures and curves made of a video so far. */
    artwork: (videoId: VideoId): Promise<VideoArtwork> => readArtwork(project.session().cacheDir, videos.get(videoId).id),

    sample: createSampleProject({
      projectsDir: path.join(config.dataDir, 'projects'),
      videoPath: config.sampleVideoPath,
      events,
      projects,
      videos,
      transcripts,
      history,
      jobs: jobs.service,
    }),
  };
}

/** Free bytes for a folder that may not be there yet. */
async function freeBytesMaking(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  return freeBytes(folder);
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
