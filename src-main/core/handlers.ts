import type { Handlers } from '#shared/contract/define.ts';
import type { Procedures } from '#shared/contract/procedures.ts';
import type { CoreServices } from './create-core.ts';
import { previewExport } from './formats/export-preview.ts';
import { importSubtitles } from './transcripts/import-subtitles.ts';
import { findExporter, formatInfos } from './formats/registry.ts';

/** One implementation per procedure of the contract. */
export function createHandlers(services: CoreServices): Handlers<Procedures> {
  const { settings, projects, sample, videos, shots, detection, texts, transcripts, screenText, history, jobs, models, endpoints, documents, search } = services;
  return {
    system: { info: () => services.systemInfo() },
    settings: {
      get: () => settings.get(),
      update: (patch) => settings.update(withoutUndefined(patch)),
    },
    projects: {
      current: () => projects.current(),
      recent: () => projects.recent(),
      create: ({ name, locationGrantId }) => projects.create(name, locationGrantId),
      open: (which) => ('ref' in which ? projects.openRecent(which.ref) : projects.openGranted(which.grantId)),
      openSample: () => sample.open(),
      close: async () => {
        await projects.close();
        return {};
      },
      forget: ({ ref }) => {
        projects.forget(ref);
        return {};
      },
    },
    videos: {
      list: () => videos.list(),
      artwork: ({ videoId }) => services.artwork(videoId),
      async add({ grantIds }, { actor }) {
        const result = await videos.add(grantIds, actor);
        jobs.enqueueNewVideos(result.added, actor);
        return result;
      },
      remove: ({ videoIds }, { actor }) => {
        videos.remove(videoIds, actor);
        return {};
      },
      relink: async ({ videoId, grantId }, { actor }) => {
        await videos.relink(videoId, grantId);
        jobs.enqueueUnmeasured([videoId], actor);
        return {};
      },
      setSplit: ({ videoIds, split }, { actor }) => {
        videos.setSplit(videoIds, split, actor);
        return {};
      },
    },
    shots: {
      list: ({ videoId }) => shots.list(videoId),
      split: ({ videoId, ...split }, { actor }) => shots.split(videoId, split, actor),
      merge: ({ videoId, shotIds }, { actor }) => shots.merge(videoId, shotIds, actor),
      moveBoundary: ({ videoId, ...move }, { actor }) => shots.moveBoundary(videoId, move, actor),
      setLocked: ({ videoId, ...lock }, { actor }) => shots.setLocked(videoId, lock, actor),
      setTransition: ({ videoId, ...set }, { actor }) => shots.setTransition(videoId, set, actor),
    },
    detection: {
      runs: ({ videoId }) => detection.runs(videoId),
      preview: ({ runId, threshold }) => [...detection.preview(runId, threshold)],
      apply: ({ runId, threshold }, { actor }) => detection.apply(runId, threshold, { actor }),
    },
    texts: {
      current: ({ videoId }) => texts.current(videoId),
      revisions: (key) => texts.revisions(key),
      edit: ({ text, ...key }, { actor }) => texts.edit(key, text, actor),
      setStatus: ({ revisionIds, status }, { actor }) => texts.setStatus(revisionIds, status, actor),
      choose: ({ revisionId }, { actor }) => texts.choose(revisionId, actor),
      confirmFresh: ({ revisionIds }, { actor }) => texts.confirmFresh(revisionIds, actor),
    },
    transcripts: {
      get: ({ videoId }) => transcripts.get(videoId),
      edit: ({ videoId, segmentId, text }, { actor }) => transcripts.edit(videoId, segmentId, text, actor),
      importFile: ({ videoId, grantId, replaceEdited }, { actor }) => importSubtitles({ files: services.grants, transcripts, videos }, { videoId, grantId, replaceEdited, actor }),
    },
    screenText: {
      get: ({ videoId }) => ({ texts: screenText.texts(videoId), frames: screenText.frames(videoId).map(({ frame, backgroundDetail }) => ({ frame, backgroundDetail })) }),
    },
    history: {
      list: ({ limit }) => history.list(limit),
      next: (_nothing, { actor }) => history.next(actor),
      undo: (_nothing, { actor }) => history.undo(actor),
      redo: (_nothing, { actor }) => history.redo(actor),
    },
    jobs: {
      list: () => jobs.list(),
      enqueue: ({ requests, chain }, { actor }) => jobs.enqueue(requests, chain, actor),
      cancel: async ({ jobIds }) => done(await jobs.cancel(jobIds)),
      pause: async ({ jobIds }) => done(await jobs.pause(jobIds)),
      resume: ({ jobIds }) => done(jobs.resume(jobIds)),
      retry: ({ jobIds }) => done(jobs.retry(jobIds)),
      clearFinished: () => done(jobs.clearFinished()),
    },
    models: {
      list: () => models.list(),
      engines: () => services.engineInfos(),
      running: () => services.runningEngines.list(),
      folder: () => ({ displayPath: models.userModelsDir }),
      downloads: () => models.downloads.list(),
      download: async ({ modelId, variantId }) => done(await models.downloads.start(modelId, variantId)),
      cancelDownload: async ({ modelId }) => done(await models.downloads.cancel(modelId)),
      discardDownload: async ({ modelId }) => done(await models.downloads.discard(modelId)),
      remove: async ({ modelId }) => done(await models.remove(modelId)),
      testPicture: ({ modelId }, { signal }) => services.testRuns.picture(modelId, signal),
      testRun: ({ modelId }, { signal }) => services.testRuns.run(modelId, signal),
      addFolder: async ({ grantId }) => ({ modelId: await models.addFolder(grantId) }),
    },
    endpoints: {
      list: () => endpoints.view(),
      save: ({ endpoint, key }) => endpoints.save(endpoint, key),
      remove: ({ id }) => endpoints.remove(id),
      test: ({ endpoint, key }, { signal }) => endpoints.test(endpoint, key, signal),
    },
    transfer: {
      formats: () => formatInfos(),
      preview({ formatId, options }, { signal }) {
        const measured = videos.list().filter((video) => video.probe !== null || video.shotCount > 0);
        return previewExport(findExporter(formatId), options, documents.source(measured.map((video) => video.id)), signal);
      },
    },
    search: { text: ({ query, limit }) => search.text(query, limit) },
  };
}

/** A key that the client left out must not overwrite what is there. */
function withoutUndefined<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** The answer of procedures that have nothing to say but that they are done. */
function done(_result: void): Record<string, never> {
  return {};
}
