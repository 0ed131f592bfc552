import type { Handlers } from '#shared/contract/define.ts';
import { procedures } from '#shared/contract/procedures.ts';
import type { CoreServices } from './create-core.ts';

// Areas that have landed; the rest joins as its services do, and then this is `procedures` itself.
const { settings, projects, videos, shots, detection, texts, transcripts, history, search } = procedures;
const { openSample: _openSample, ...landedProjects } = projects;
const { artwork: _artwork, ...landedVideos } = videos;
export const landedProcedures = {
  settings,
  projects: landedProjects,
  videos: landedVideos,
  shots,
  detection,
  texts,
  transcripts,
  history,
  search,
} as const;

/** One implementation per procedure of the contract. */
export function createHandlers(services: CoreServices): Handlers<typeof landedProcedures> {
  const { settings, projects, videos, shots, detection, texts, transcripts, history, search } = services;
  return {
    settings: {
      get: () => settings.get(),
      update: (patch) => settings.update(withoutUndefined(patch)),
    },
    projects: {
      current: () => projects.current(),
      recent: () => projects.recent(),
      create: ({ name, locationGrantId }) => projects.create(name, locationGrantId),
      open: (which) => ('ref' in which ? projects.openRecent(which.ref) : projects.openGranted(which.grantId)),
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
      add: ({ grantIds }, { actor }) => videos.add(grantIds, actor),
      remove: ({ videoIds }, { actor }) => {
        videos.remove(videoIds, actor);
        return {};
      },
      relink: async ({ videoId, grantId }) => {
        await videos.relink(videoId, grantId);
        return {};
      },
      setSplit: ({ videoIds, split }, { actor }) => {
        videos.setSplit(videoIds, split, actor);
        return {};
      },
    },
    shots: {
      list: ({ videoId }) => shots.list(videoId),
      split: ({ videoId, frame }, { actor }) => shots.split(videoId, frame, actor),
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
    transcripts: { get: ({ videoId }) => transcripts.get(videoId) },
    history: {
      list: ({ limit }) => history.list(limit),
      next: (_nothing, { actor }) => history.next(actor),
      undo: (_nothing, { actor }) => history.undo(actor),
      redo: (_nothing, { actor }) => history.redo(actor),
    },
    search: { text: ({ query, limit }) => search.text(query, limit) },
  };
}

/** A key that the client left out must not overwrite what is there. */
function withoutUndefined<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
