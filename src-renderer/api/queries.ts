import {
  type InfiniteData,
  keepPreviousData,
  notifyManager,
  QueryClient,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  type UseQueryResult,
  skipToken,
} from '@tanstack/react-query';
import { AppError } from '#shared/contract/errors.ts';
import type { TrainerView } from '#shared/contract/export-check.ts';
import type { Me, PersonInfo } from '#shared/contract/people.ts';
import type {
  EndpointsView,
  EngineInfo,
  ExportPreview,
  FormatInfo,
  ModelDownload,
  ModelInfo,
  ProjectInfo,
  RecentProject,
  RunningEngine,
  SearchResult,
  Settings,
  SystemInfo,
} from '#shared/contract/views.ts';
import type { DetectionRun } from '#shared/domain/detection.ts';
import type { Backup } from '#shared/domain/project.ts';
import type { ImportAsk, ImportPreview } from '#shared/contract/import-preview.ts';
import type { ProjectRef, RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import type { HistoryEntry } from '#shared/domain/record-change.ts';
import type { ScreenFrame, ScreenText } from '#shared/domain/screen-text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision, RevisionPage, TextKind } from '#shared/domain/text.ts';
import type { TranscriptSegment } from '#shared/domain/transcript.ts';
import type { VideoArtwork, VideoListItem } from '#shared/domain/video.ts';
import { useCore, useEdits } from './core-context.tsx';
import { type FollowedVideos, followVideos } from './followed-videos.ts';
import { queryKeys } from './query-keys.ts';

const MAX_ATTEMPTS = 3;

/** Answers stay true until an event says otherwise (`query-keys.ts`), so nothing is refetched by age or focus. */
export function createQueryClient(): QueryClient {
  // Answers reach the screen in the turn in which they came, not a timer later: between the two a key could be pressed, and what it types would
  // be put behind an older text.
  notifyManager.setScheduler(queueMicrotask);
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The core is on this machine or this network: the browser's idea of being online says nothing about it.
        networkMode: 'always',
        retry: (failures, error) =>
          failures < MAX_ATTEMPTS && error instanceof AppError && (error.code === 'disconnected' || error.code === 'busy'),
        retryDelay: 200,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

export function useSystemInfo(): UseQueryResult<SystemInfo> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.system, queryFn: ({ signal }) => api.system.info({}, { signal }) });
}

export function useSettings(): UseQueryResult<Settings> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.settings, queryFn: ({ signal }) => api.settings.get({}, { signal }) });
}

/** Who works in this window, and what they may do. */
export function useMe(): UseQueryResult<Me> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.me, queryFn: ({ signal }) => api.people.me({}, { signal }) });
}

/** True for whoever may change the studio itself. False until that is known, and until they have said their name: the core answers no earlier. */
export function useIsOwner(): boolean {
  const me = useMe().data;
  return me?.role === 'owner' && me.name !== null;
}

/** Every session of a browser; for owners. */
export function usePeople(): UseQueryResult<PersonInfo[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.people, queryFn: ({ signal }) => api.people.list({}, { signal }), enabled: useIsOwner() });
}

/** `data` null: no project is open. */
export function useProject(): UseQueryResult<ProjectInfo | null> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.project, queryFn: ({ signal }) => api.projects.current({}, { signal }) });
}

export function useRecentProjects(): UseQueryResult<RecentProject[]> {
  const { api } = useCore();
  return useQuery({
    queryKey: queryKeys.recentProjects,
    queryFn: ({ signal }) => api.projects.recent({}, { signal }),
    enabled: useIsOwner(),
  });
}

/** Backups of the open project, or of a recent one, newest first. */
export function useBackups(ref: ProjectRef): UseQueryResult<Backup[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.backups(ref), queryFn: ({ signal }) => api.projects.backups({ ref }, { signal }) });
}

/** The list of videos, which is asked for once and followed from then on. */
function useFollowedVideos<T>(select: (list: FollowedVideos) => T): UseQueryResult<T> {
  const { api } = useCore();
  return useQuery({
    queryKey: queryKeys.videos,
    queryFn: ({ client, signal }) =>
      followVideos(client.getQueryData<FollowedVideos>(queryKeys.videos), {
        ask: (mark) => api.videos.list({ ...(mark !== null && { mark }) }, { signal }),
        onProgress: (list) => client.setQueryData(queryKeys.videos, list),
      }),
    select,
    // What did not change is the same object already; to compare a hundred thousand of them takes long.
    structuralSharing: false,
  });
}

/** In the order of the project. Those of a project with very many come one after another: see `useHasAllVideos`. */
export function useVideos(): UseQueryResult<VideoListItem[]> {
  return useFollowedVideos(videosOf);
}

const videosOf = ({ videos }: FollowedVideos): VideoListItem[] => videos;

/** Whether `useVideos` has all of them: what is said or done of all must wait for that. */
export function useHasAllVideos(): boolean {
  return useFollowedVideos(isWholeOf).data ?? false;
}

const isWholeOf = ({ isWhole }: FollowedVideos): boolean => isWhole;

/** Whether the file of any video is missing; false without a project. */
export function useHasMissing(): UseQueryResult<boolean> {
  return useFollowedVideos(hasMissingOf);
}

const hasMissingOf = ({ videos }: FollowedVideos): boolean => videos.some(({ state }) => state === 'missing');

/** One entry of the list of videos; `data` undefined when the project has no such video (any more). */
export function useVideo(videoId: VideoId): UseQueryResult<VideoListItem | undefined> {
  return useFollowedVideos(({ videos }) => videos.find((video) => video.id === videoId));
}

export function useArtwork(videoId: VideoId): UseQueryResult<VideoArtwork> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.artwork(videoId), queryFn: ({ signal }) => api.videos.artwork({ videoId }, { signal }) });
}

/** The shots as the screen shows them: with what was changed and not answered yet. */
export function useShots(videoId: VideoId): UseQueryResult<Shot[]> {
  const { api } = useCore();
  const edits = useEdits();
  const queryKey = queryKeys.shots(videoId);
  return useQuery({ queryKey, queryFn: async ({ signal }) => edits.withPending(queryKey, await api.shots.list({ videoId }, { signal })) });
}

export function useDetectionRuns(videoId: VideoId): UseQueryResult<DetectionRun[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.detectionRuns(videoId), queryFn: ({ signal }) => api.detection.runs({ videoId }, { signal }) });
}

/** The current revision of every text of a video, as the screen shows it: with verdicts that are not answered yet. */
export function useTexts(videoId: VideoId): UseQueryResult<Revision[]> {
  const { api } = useCore();
  const edits = useEdits();
  const queryKey = queryKeys.texts(videoId);
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => edits.withPending(queryKey, await api.texts.current({ videoId }, { signal })),
  });
}

/** Revisions of one text, newest first, page by page. `shotId` null: the video's own text (summary). */
export function useRevisions(videoId: VideoId, shotId: ShotId | null, kind: TextKind): UseInfiniteQueryResult<InfiniteData<RevisionPage>> {
  const { api } = useCore();
  return useInfiniteQuery({
    queryKey: queryKeys.revisions(videoId, shotId, kind),
    initialPageParam: undefined,
    queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: RevisionId | undefined }) =>
      api.texts.revisions({ videoId, shotId, kind, before: pageParam }, { signal }),
    getNextPageParam: ({ revisions, olderCount }: RevisionPage) => (olderCount === 0 ? undefined : revisions.at(-1)?.id),
  });
}

export function useTranscript(videoId: VideoId): UseQueryResult<TranscriptSegment[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.transcript(videoId), queryFn: ({ signal }) => api.transcripts.get({ videoId }, { signal }) });
}

/** What was read on the screen of a video, and in which frames was looked. */
export function useScreenText(videoId: VideoId): UseQueryResult<{ texts: ScreenText[]; frames: ScreenFrame[] }> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.screenText(videoId), queryFn: ({ signal }) => api.screenText.get({ videoId }, { signal }) });
}

export function useHistory(): UseQueryResult<HistoryEntry[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.history, queryFn: ({ signal }) => api.history.list({ limit: 200 }, { signal }) });
}

/** What undo and redo would take now; null when there is nothing. */
export function useNextUndo(): UseQueryResult<{ undo: HistoryEntry | null; redo: HistoryEntry | null }> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.nextUndo, queryFn: ({ signal }) => api.history.next({}, { signal }) });
}

/** All jobs; progress is pushed into this answer up to four times a second. Use `select` to render less often. */
export function useJobs<T = Job[]>(select?: (jobs: Job[]) => T): UseQueryResult<T> {
  const { api } = useCore();
  return useQuery({
    queryKey: queryKeys.jobs,
    queryFn: ({ signal }): Promise<Job[]> => api.jobs.list({}, { signal }),
    ...(select !== undefined && { select }),
  });
}

export function useModels(): UseQueryResult<ModelInfo[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.models, queryFn: ({ signal }) => api.models.list({}, { signal }) });
}

/** Engines that ran since the studio started, the latest first. */
export function useRunningEngines(): UseQueryResult<RunningEngine[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.runningEngines, queryFn: ({ signal }) => api.models.running({}, { signal }) });
}

export function useEngines(): UseQueryResult<EngineInfo[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.engines, queryFn: ({ signal }) => api.models.engines({}, { signal }) });
}

/** What people call an engine; null for one that the studio does not have (any more). */
export function useEngineTitle(): (engineId: string) => string | null {
  const engines = useEngines().data;
  return (engineId) => engines?.find(({ id }) => id === engineId)?.title ?? null;
}

/** Downloads that run or stopped; progress is pushed into this answer up to four times a second. */
export function useModelDownloads(): UseQueryResult<ModelDownload[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.modelDownloads, queryFn: ({ signal }) => api.models.downloads({}, { signal }) });
}

export function useModelFolder(): UseQueryResult<{ displayPath: string }> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.modelFolder, queryFn: ({ signal }) => api.models.folder({}, { signal }) });
}

/** The frame that a model is tried on. */
export function useModelTestPicture(modelId: string): UseQueryResult<{ dataUrl: string }> {
  const { api } = useCore();
  return useQuery({
    queryKey: queryKeys.modelTestPicture(modelId),
    queryFn: ({ signal }) => api.models.testPicture({ modelId }, { signal }),
  });
}

export function useEndpoints(): UseQueryResult<EndpointsView> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.endpoints, queryFn: ({ signal }) => api.endpoints.list({}, { signal }) });
}

export function useFormats(): UseQueryResult<FormatInfo[]> {
  const { api } = useCore();
  return useQuery({ queryKey: queryKeys.formats, queryFn: ({ signal }) => api.transfer.formats({}, { signal }) });
}

/** What an export would hold. The last preview stays visible while the next is made. */
export function useExportPreview(
  formatId: string | null,
  options: Record<string, unknown>,
  choices: CheckChoices,
): UseQueryResult<ExportPreview> {
  const { api } = useCore();
  return useQuery({
    queryKey: queryKeys.exportPreview(formatId ?? '', options, choices),
    queryFn: ({ signal }) => api.transfer.preview({ formatId: formatId ?? '', options, ...choices }, { signal }),
    enabled: formatId !== null,
    placeholderData: keepPreviousData,
  });
}

/** What an import would bring; null: nobody wants to know. The file may be another one the next time. */
export function useImportPreview(ask: ImportAsk | null): UseQueryResult<ImportPreview> {
  const { api } = useCore();
  return useQuery({
    queryKey: queryKeys.importPreview(ask),
    queryFn: ask === null ? skipToken : ({ signal }) => api.transfer.importPreview(ask, { signal }),
    gcTime: 0,
  });
}

/** What is chosen for the check of an export; left out: the trainer's own limit, and rows go out whatever the check says of them. */
export interface CheckChoices {
  readonly tokenLimit?: number;
  readonly leaveOutRefused?: true;
}

/** What `useTrainerView` asks for. */
export interface TrainerViewAsk extends CheckChoices {
  readonly formatId: string;
  readonly options: Record<string, unknown>;
  readonly offset: number;
  readonly count: number;
}

/** Rows of an export as its trainer sees them. The last page stays visible while the next is made. */
export function useTrainerView(ask: TrainerViewAsk): UseQueryResult<TrainerView> {
  const { api } = useCore();
  return useQuery({
    queryKey: queryKeys.trainerView(ask),
    queryFn: ({ signal }) => api.transfer.trainerView(ask, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** Matches in all texts of the project; nothing is asked for an empty query. */
export function useSearch(text: string): UseQueryResult<SearchResult> {
  const { api } = useCore();
  const query = text.trim();
  return useQuery({
    queryKey: queryKeys.search(query),
    queryFn: ({ signal }) => api.search.text({ query, limit: 200 }, { signal }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  });
}
