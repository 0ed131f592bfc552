import type { QueryKey } from '@tanstack/react-query';
import type { Events } from '#shared/contract/events.ts';
import type { ProjectRef, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { TextKind } from '#shared/domain/text.ts';

export type ChangedTable = Events['changed']['table'];

/** Names of everything that the renderer caches; a shorter key is the prefix of all longer ones. */
export const queryKeys = {
  system: ['system'],
  settings: ['settings'],
  me: ['me'],
  people: ['people'],
  project: ['project'],
  recentProjects: ['recent-projects'],
  backups: (ref: ProjectRef) => ['recent-projects', 'backups', ref],
  videos: ['videos'],
  artwork: (videoId: VideoId) => ['artwork', videoId],
  shots: (videoId: VideoId) => ['shots', videoId],
  detectionRuns: (videoId: VideoId) => ['detection-runs', videoId],
  texts: (videoId: VideoId) => ['texts', videoId],
  revisions: (videoId: VideoId, shotId: ShotId | null, kind: TextKind) => ['revisions', videoId, shotId, kind],
  transcript: (videoId: VideoId) => ['transcript', videoId],
  screenText: (videoId: VideoId) => ['screen-text', videoId],
  history: ['history'],
  nextUndo: ['next-undo'],
  jobs: ['jobs'],
  models: ['models'],
  modelDownloads: ['model-downloads'],
  modelFolder: ['model-folder'],
  modelTestPicture: (modelId: string) => ['model-test-picture', modelId],
  engines: ['engines'],
  endpoints: ['endpoints'],
  runningEngines: ['running-engines'],
  formats: ['formats'],
  exportPreview: (formatId: string, options: unknown, choices: unknown) => ['export-preview', formatId, options, choices],
  importPreview: (ask: unknown) => ['import-preview', ask],
  /** Begins as `exportPreview`, for it is stale whenever that is. */
  trainerView: (ask: unknown) => ['export-preview', 'trainer', ask],
  search: (text: string) => ['search', text],
} as const;

/** `[area]` for all videos, `[area, videoId]` for one. */
const ofVideo =
  (area: string) =>
  (videoId: VideoId | null): QueryKey =>
    videoId === null ? [area] : [area, videoId];

const always = (key: QueryKey) => (): QueryKey => key;

/**
 * THE table: which cached answers a `changed` event makes old. The list of videos carries counts of shots and texts and the
 * history list shows every change, hence their many places.
 */
const staleKeys: Readonly<Record<ChangedTable, readonly ((videoId: VideoId | null) => QueryKey)[]>> = {
  // Another window may have opened another project: then nothing cached is true any more.
  projects: [always([])],
  videos: [always(['import-preview']), always(queryKeys.videos), always(queryKeys.project), always(['export-preview'])],
  shots: [ofVideo('shots'), always(queryKeys.videos), always(queryKeys.project), always(['export-preview'])],
  revisions: [ofVideo('texts'), ofVideo('revisions'), always(queryKeys.videos), always(['export-preview']), always(['search'])],
  transcript_segments: [ofVideo('transcript'), always(['export-preview'])],
  detection_runs: [ofVideo('detection-runs')],
  run_thresholds: [ofVideo('detection-runs')],
  screen_texts: [ofVideo('screen-text'), always(['export-preview']), always(['search'])],
  jobs: [always(queryKeys.jobs)],
  history: [always(queryKeys.history), always(queryKeys.nextUndo)],
  media: [ofVideo('artwork'), always(queryKeys.videos)],
  // Endpoints are settings, and each is an engine.
  settings: [always(queryKeys.settings), always(queryKeys.endpoints), always(queryKeys.engines)],
  models: [always(queryKeys.models), always(queryKeys.modelDownloads), always(queryKeys.engines)],
  engines: [always(queryKeys.runningEngines)],
  // A name is a setting of each person's own.
  people: [always(queryKeys.me), always(queryKeys.people), always(queryKeys.settings)],
};

/** Query keys that a `changed` event makes old. */
export function keysMadeStaleBy(change: Events['changed']): QueryKey[] {
  return staleKeys[change.table].map((key) => key(change.videoId));
}
