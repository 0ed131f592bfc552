import { z } from 'zod';
import { DetectionRun } from '../domain/detection.ts';
import { Endpoint, EndpointId } from '../domain/endpoint.ts';
import { FormatId, FormatOptions } from '../domain/format-options.ts';
import {
  DetectionRunId,
  GrantId,
  JobId,
  PersonId,
  ProjectRef,
  RevisionId,
  SegmentId,
  ShotId,
  VideoId,
  MAX_IDS,
  idList,
} from '../domain/ids.ts';
import { Job } from '../domain/job.ts';
import { HistoryEntry } from '../domain/record-change.ts';
import { ScreenFrame, ScreenText } from '../domain/screen-text.ts';
import { Cut, Shot, Transition } from '../domain/shot.ts';
import { MAX_TEXT_LENGTH, Revision, RevisionPage, RevisionStatus, SeenText, TextKind } from '../domain/text.ts';
import { TranscriptSegment } from '../domain/transcript.ts';
import { VideoArtwork, VideoListPart, VideoSplit } from '../domain/video.ts';
import { JobRequest } from '../steps/from-steps.ts';
import { CheckChoices, TrainerView } from './export-check.ts';
import { ImportAsk, ImportPreview } from './import-preview.ts';
import { longQuery, lookingMutation, mutation, query } from './define.ts';
import { Backup } from '../domain/project.ts';
import { Me, PersonalSettings, PersonInfo, PersonName } from './people.ts';
import {
  EndpointTest,
  EndpointsView,
  EngineInfo,
  ExportPreview,
  FormatInfo,
  ModelDownload,
  ModelInfo,
  ModelTest,
  ProjectInfo,
  RecentProject,
  RelinkedVideos,
  RunningEngine,
  SearchResult,
  Settings,
  SplitAsk,
  SplitCounts,
  StudioSettingsPatch,
  SystemInfo,
} from './views.ts';
import { Words } from '../words/words.ts';

const nothing = z.object({});
const done = z.object({});
const EndpointKey = z.string().trim().min(1).max(1000);
const ofVideo = z.object({ videoId: VideoId });
/** Made of a folder's name, or of the manifest. */
const ModelId = z.string().max(1_000);
const ofModel = z.object({ modelId: ModelId });
/** More than the queue holds of all people together, which it says itself. */
const MAX_REQUESTS = 20_000;

/**
 * The map of the product: every question and every command that a client can send to the core. The last argument says who may: without
 * one, everybody who was let in may ask, and whoever has said a name may command (`Right`).
 */
export const procedures = {
  system: {
    info: query(nothing, SystemInfo),
  },
  settings: {
    get: query(nothing, Settings),
    /** What holds for everybody who works on this studio. */
    update: mutation(StudioSettingsPatch, Settings, 'own'),
    /** What holds for the caller alone. `conflict` for a name that somebody else works under. */
    personalise: mutation(PersonalSettings.partial(), Settings),
  },
  people: {
    me: query(nothing, Me),
    /** Says who the caller is, once per browser. `conflict` for a name that somebody else works under. */
    introduce: mutation(
      z.object({ name: PersonName, theme: PersonalSettings.shape.theme.optional(), keymap: PersonalSettings.shape.keymap.optional() }),
      Me,
      'visit',
    ),
    /** Everybody who was let in. */
    list: query(nothing, z.array(PersonInfo), 'own'),
    /** Shuts the session of a browser; what its person did stays. */
    end: mutation(z.object({ personId: PersonId }), done, 'own'),
  },
  projects: {
    /** null while no project is open. */
    current: query(nothing, ProjectInfo.nullable()),
    recent: query(nothing, z.array(RecentProject), 'own'),
    /** Makes `NAME.shotluck` in the granted folder, or in the studio's own projects folder. */
    create: mutation(z.object({ name: z.string().trim().min(1).max(120), locationGrantId: GrantId.optional() }), ProjectInfo, 'own'),
    /** What cannot be changed now is opened for reading, with the reason; `readOnly` asks for that, e.g. to see what is left of a damaged one. */
    open: mutation(
      z.union([z.object({ ref: ProjectRef, readOnly: z.boolean().default(false) }), z.object({ grantId: GrantId })]),
      ProjectInfo,
      'own',
    ),
    /** Backups of the open project, or of a recent one, newest first. */
    backups: query(z.object({ ref: ProjectRef }), z.array(Backup), 'own'),
    /** Makes a backup of the open project now. */
    backUp: mutation(nothing, z.array(Backup), 'own'),
    /** Opens the project with a backup in the place of its database, which is set aside. */
    restore: mutation(z.object({ ref: ProjectRef, backupId: z.string().max(200) }), ProjectInfo, 'own'),
    /** Opens the sample project, making it from the sample video the first time; `unsupported` where the product has none. */
    openSample: mutation(nothing, ProjectInfo, 'own'),
    close: mutation(nothing, done, 'own'),
    forget: mutation(z.object({ ref: ProjectRef }), done, 'own'),
  },
  videos: {
    /** What has changed in the list since `mark`, which came with an earlier part of it; left out: the list from its beginning. */
    list: query(z.object({ mark: z.string().max(200).optional() }), VideoListPart),
    artwork: query(ofVideo, VideoArtwork),
    /** Adds granted files, and the videos in granted folders; each gets an import job. Files already there are reported, not doubled. */
    add: lookingMutation(
      z.object({ grantIds: idList(GrantId) }),
      z.object({
        added: z.array(VideoId),
        alreadyThere: z.array(z.string()),
        refused: z.array(z.object({ name: z.string(), reason: Words })),
      }),
    ),
    remove: mutation(z.object({ videoIds: idList(VideoId) }), done, 'own'),
    /** Points a video at a file: the same as it was imported from, else `conflict` with what differs, unless an owner `insists`; then it is measured anew. */
    relink: lookingMutation(z.object({ videoId: VideoId, grantId: GrantId, insists: z.boolean().default(false) }), done),
    /** Looks among granted files and in granted folders for all videos whose files are missing. */
    relinkAll: lookingMutation(z.object({ grantIds: idList(GrantId) }), RelinkedVideos),
    /** Opens the videos of a project from elsewhere where it says that they lie: else only those that people chose on this computer are opened. */
    openWhereTheyLie: lookingMutation(nothing, done, 'own'),
    setSplit: mutation(z.object({ videoIds: idList(VideoId), split: VideoSplit.nullable() }), done),
    /** Divides the videos of the project into splits by shares; answers with how many came into which. */
    divide: mutation(SplitAsk, SplitCounts),
  },
  shots: {
    list: query(ofVideo, z.array(Shot)),
    // Edits answer with the shots that they changed, in order. Before that, these come to every client with the `changed` event, which also says what is gone.
    /** `newShotId`: for a client that shows the new shot before it is answered, and goes on with it. */
    split: mutation(z.object({ videoId: VideoId, frame: z.int().positive(), newShotId: ShotId.optional() }), z.array(Shot)),
    /** Joins neighbouring shots into the first of them. */
    merge: mutation(z.object({ videoId: VideoId, shotIds: idList(ShotId, 2) }), z.array(Shot)),
    /**
     * Moves the boundary at the start of `shotId`. `fromFrame`: where the person saw it; `conflict` when it lies elsewhere by now. Moves of one
     * `gesture`, as of a key held down, are one step of history.
     */
    moveBoundary: mutation(
      z.object({
        videoId: VideoId,
        shotId: ShotId,
        frame: z.int().positive(),
        fromFrame: z.int().positive().optional(),
        gesture: z.string().max(64).optional(),
      }),
      z.array(Shot),
    ),
    setLocked: mutation(z.object({ videoId: VideoId, shotIds: idList(ShotId), locked: z.boolean() }), z.array(Shot)),
    setTransition: mutation(z.object({ videoId: VideoId, shotId: ShotId, transition: Transition }), z.array(Shot)),
    /**
     * Cuts the video into the shots of a granted cut list (EDL, OTIO, PySceneDetect, …). Locked cuts stay. With cuts that people made or confirmed and
     * the list does not have, that takes `replaceEdited`, else `conflict`.
     */
    importCuts: lookingMutation(
      z.object({ videoId: VideoId, grantId: GrantId, replaceEdited: z.boolean().default(false) }),
      z.object({ shotCount: z.int(), captionCount: z.int(), notes: z.array(z.string()) }),
    ),
  },
  detection: {
    runs: query(ofVideo, z.array(DetectionRun)),
    /** The cuts that `threshold` would give, from the stored curve, without decoding. */
    preview: query(z.object({ runId: DetectionRunId, threshold: z.number().min(0).max(1) }), z.array(Cut)),
    /** Cuts the video anew from the stored curve; locked boundaries stay. */
    apply: mutation(z.object({ runId: DetectionRunId, threshold: z.number().min(0).max(1) }), z.array(Shot)),
  },
  texts: {
    /** The current revision of every text of a video. */
    current: query(ofVideo, z.array(Revision)),
    /** Revisions of one text, newest first; `before`: those next older than this one. */
    revisions: query(
      z.object({ videoId: VideoId, shotId: ShotId.nullable(), kind: TextKind, before: RevisionId.optional() }),
      RevisionPage,
    ),
    /**
     * Writes a person's words as the current revision. `seen`, here and below: what the person had before them; `conflict` when somebody
     * else has written something else since. What a person goes on typing is one revision as long as `seen` is the text that is there; where it
     * is another one, or left out, the words go on top of whatever is there, which stays a revision. `isBeside`: they are kept as a further
     * revision, and the current one stays.
     */
    edit: mutation(
      z.object({
        videoId: VideoId,
        shotId: ShotId.nullable(),
        kind: TextKind,
        text: z.string().max(MAX_TEXT_LENGTH),
        seen: SeenText.optional(),
        isBeside: z.boolean().default(false),
      }),
      Revision,
    ),
    setStatus: mutation(
      z.object({ revisionIds: idList(RevisionId), status: RevisionStatus, seen: z.array(SeenText).max(MAX_IDS).optional() }),
      z.array(Revision),
    ),
    /** Makes a candidate the current revision; `seen` is the one that is current so far. */
    choose: mutation(z.object({ revisionId: RevisionId, seen: SeenText.optional() }), Revision),
    /** Says that a stale text still fits. */
    confirmFresh: mutation(
      z.object({ revisionIds: idList(RevisionId), seen: z.array(SeenText).max(MAX_IDS).optional() }),
      z.array(Revision),
    ),
  },
  transcripts: {
    get: query(ofVideo, z.array(TranscriptSegment)),
    /** Writes a person's words in the place of a segment's; empty text removes it. `seenDigest`: of the words (`textDigest`) that the person had before them. */
    edit: mutation(
      z.object({
        videoId: VideoId,
        segmentId: SegmentId,
        text: z.string().max(MAX_TEXT_LENGTH),
        seenDigest: z.string().max(32).optional(),
      }),
      z.array(TranscriptSegment),
    ),
    /**
     * Puts the cues of a granted subtitle file (SubRip or WebVTT) in the place of the transcript. With edited segments in it, that takes
     * `replaceEdited`, else `conflict`.
     */
    importFile: lookingMutation(
      z.object({ videoId: VideoId, grantId: GrantId, replaceEdited: z.boolean().default(false) }),
      z.object({ segmentCount: z.int(), notes: z.array(z.string()) }),
    ),
  },
  screenText: {
    /** What was read on the screen of a video, in the order of its frames, and the frames that were read. */
    get: query(ofVideo, z.object({ texts: z.array(ScreenText), frames: z.array(ScreenFrame) })),
  },
  history: {
    list: query(z.object({ limit: z.int().min(1).max(500).default(100) }), z.array(HistoryEntry)),
    /** What `undo` and `redo` would take for this caller now, so that buttons can say it. */
    next: query(nothing, z.object({ undo: HistoryEntry.nullable(), redo: HistoryEntry.nullable() })),
    /** Takes back the caller's last step; null when there is none. */
    undo: mutation(nothing, HistoryEntry.nullable()),
    redo: mutation(nothing, HistoryEntry.nullable()),
  },
  jobs: {
    list: query(nothing, z.array(Job)),
    // Everybody may cancel, pause, resume and retry the jobs that they asked for; owners, everybody's.
    /** Adds jobs in order; each later one of a chain waits for the one before. */
    enqueue: mutation(
      z.object({ requests: z.array(JobRequest).min(1).max(MAX_REQUESTS), chain: z.boolean().default(false) }),
      z.array(JobId),
    ),
    cancel: mutation(z.object({ jobIds: idList(JobId) }), done),
    pause: mutation(z.object({ jobIds: idList(JobId) }), done),
    // Resume and retry take jobs that were paused or cancelled or failed, all or none; `conflict` where one is done.
    resume: mutation(z.object({ jobIds: idList(JobId) }), done),
    retry: mutation(z.object({ jobIds: idList(JobId) }), done),
    /** Takes finished jobs off the queue, and those whose record cannot be read. */
    remove: mutation(z.object({ jobIds: idList(JobId) }), done),
    clearFinished: mutation(nothing, done, 'own'),
  },
  models: {
    list: query(nothing, z.array(ModelInfo)),
    engines: query(nothing, z.array(EngineInfo)),
    /** Engines that ran since the studio started, with their devices, the latest first. */
    running: query(nothing, z.array(RunningEngine)),
    /** Where downloads and folders of one's own lie, for people to read. */
    folder: query(nothing, z.object({ displayPath: z.string() })),
    downloads: query(nothing, z.array(ModelDownload)),
    /** Begins a download, or goes on with one that stopped; whoever asks has read the licence. `unsupported` while the network is switched off. */
    download: mutation(
      z.object({ modelId: ModelId, variantId: z.string().max(200).optional(), acceptsLicence: z.literal(true) }),
      done,
      'own',
    ),
    /** Stops a download and keeps what came. */
    cancelDownload: mutation(ofModel, done, 'own'),
    /** Deletes what came of a download that is not finished. */
    discardDownload: mutation(ofModel, done, 'own'),
    /** Deletes a downloaded model, or takes a linked folder off the list without touching it. */
    remove: mutation(ofModel, done, 'own'),
    /** Checks a granted folder and uses it in place; the error names the file or key that is wrong. */
    addFolder: lookingMutation(z.object({ grantId: GrantId }), ofModel, 'own'),
    /** The frame of the sample video that captioners are tried on, as a data address. */
    testPicture: longQuery(ofModel, z.object({ dataUrl: z.string() })),
    /** Runs a model on the sample video; its text comes by `modelTestText` meanwhile. */
    testRun: longQuery(ofModel, ModelTest, 'work'),
  },
  endpoints: {
    list: query(nothing, EndpointsView, 'own'),
    /** Adds or replaces the endpoint of this id. `key`: left out, it stays as it is; null removes it. */
    save: mutation(z.object({ endpoint: Endpoint, key: EndpointKey.nullable().optional() }), EndpointsView, 'own'),
    remove: mutation(z.object({ id: EndpointId }), EndpointsView, 'own'),
    /** Tries a server, saved or not; what does not work is part of the answer. */
    test: query(z.object({ endpoint: Endpoint, key: EndpointKey.optional() }), EndpointTest, 'own'),
  },
  transfer: {
    formats: query(nothing, z.array(FormatInfo)),
    /** What an export would hold, with its first rows and everything left out and why. */
    preview: longQuery(z.object({ formatId: FormatId, options: FormatOptions, ...CheckChoices }), ExportPreview),
    /** What an import would bring, and what it would refuse. */
    importPreview: longQuery(ImportAsk, ImportPreview, 'work'),
    /** Rows of an export as its trainer sees them, a page at a time, with the very frames that it takes. */
    trainerView: longQuery(
      z.object({
        formatId: FormatId,
        options: FormatOptions,
        ...CheckChoices,
        offset: z.int().min(0).max(10_000_000),
        count: z.int().min(1).max(20),
      }),
      TrainerView,
    ),
  },
  search: {
    text: query(z.object({ query: z.string().max(500), limit: z.int().min(1).max(500).default(100) }), SearchResult),
  },
} as const;

export type Procedures = typeof procedures;
