import path from 'node:path';
import { inTransaction, type ReadableDb } from '#core/base/db/database.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { HistoryService } from '../history/history-service.ts';
import type { Clock } from '#core/base/host.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { requireVideoHead } from '#core/media/probe.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { Seals } from '#core/base/seals.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { Role } from '#shared/contract/define.ts';
import type { SplitAsk } from '#shared/contract/views.ts';
import { type GrantId, VideoId } from '#shared/domain/ids.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { Video, VideoListItem, VideoProbe, VideoSplit, VideoState } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import { requireRoomForVideos } from '../room.ts';
import { divideVideos } from './divide-videos.ts';
import { fileBases, fileNames } from './file-bases.ts';
import { beginLook, type Look } from '#core/base/look.ts';
import { type Examined, examineFiles, grantedFiles } from './look-at-files.ts';
import { countVideos, listReady, listVideos } from './listed-videos.ts';
import { fingerprint } from './video-files.ts';
import * as repository from './video-repository.ts';
import type { NewVideo } from './video-repository.ts';
import { createFrameTimes } from './frame-times.ts';
import { createLinking } from './link-file.ts';
import { createRelinking } from './relink.ts';
import { type SameFile, videosOfFile } from './same-file.ts';
import { type SourceRecord, sourceRecordsOf } from './source-records.ts';
import { noteStepDone, stepsDone } from './steps-done.ts';
import { removalParts } from './removal-parts.ts';
import { createVideoPlaces } from './video-places.ts';
import { createVideoSources, requireProbe } from './video-sources.ts';

export interface VideosParts {
  readonly project: ProjectAccess;
  readonly history: HistoryService;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly grants: FileGrants;
  readonly ffmpeg: Ffmpeg;
  readonly seals: Pick<Seals, 'has' | 'add'>;
}

export interface AddedVideos {
  readonly added: VideoId[];
  /** Names of files whose path or content the project has already. */
  readonly alreadyThere: string[];
  /** The videos that these files are. */
  readonly known: VideoId[];
  /** Of those, the ones that had no file until now. */
  readonly found: VideoId[];
  readonly refused: { readonly name: string; readonly reason: Words }[];
}

/** For who never gives up. */
const NEVER_ABORTED = new AbortController().signal;

export type VideosService = ReturnType<typeof createVideosService>;

export function createVideosService(parts: VideosParts) {
  const { project, history, events, clock, grants, ffmpeg, seals } = parts;
  const places = createVideoPlaces({ project, seals, grants });

  function announceFile(videoId: VideoId | null): void {
    events.emit('changed', { table: 'videos', videoId });
  }

  const sources = createVideoSources({
    project,
    places,
    seals,
    requireVideo: (file) => requireVideoHead({ ffmpeg, path: file, signal: NEVER_ABORTED }),
    onStateChanged: announceFile,
  });

  const frameTimes = createFrameTimes(project);
  const linkTo = createLinking({ project, history, places });
  const relinking = createRelinking({ project, grants, ffmpeg, sources, linkTo, onChanged: announceFile });

  /** @throws AppError `not-found` for a video that is not in the open project. */
  function get(videoId: VideoId): Video {
    return repository.getVideo(project.session().db, videoId).video;
  }

  /** @throws AppError `media-missing` while the video has not been measured. */
  function clockOf(videoId: VideoId): FrameClock {
    return clockWith(get(videoId), frameTimes.get(videoId));
  }

  /** As `clock`, for who can wait: nobody else is held up by the times of a very long video. */
  async function clockAside(videoId: VideoId): Promise<FrameClock> {
    const video = get(videoId);
    return clockWith(video, await frameTimes.getAside(videoId));
  }

  /** Whoever names a file that the project has already has chosen it, too, and wants no other one opened in its place. @returns the video that has a file by that */
  function chooseKnown({ file, print }: Examined, actor: string): VideoId | null {
    const { db } = project.session();
    for (const id of repository.videosAt(db, file)) places.choose(id, file);
    const same = repository.findByFile(db, file, print);
    if (same === null) return null;
    const { video, path: before, fingerprint: known } = repository.getVideo(db, same);
    if (before === null || (before !== file && video.state !== 'missing' && places.isChosen(same, before))) return null;
    // Another file in the place of the one that was measured is none of its videos.
    if (video.probe !== null && print !== known) return null;
    if (before !== file) linkTo({ videoId: same, file, print }, actor);
    else if (video.state !== 'missing') return null;
    else repository.setState(db, same, video.probe === null ? 'pending' : 'ok', null);
    return same;
  }

  /** Looks at granted files, and at the videos in granted folders. What it gives adds them: one undo step, however many files. */
  async function lookForAdding(grantIds: readonly GrantId[], signal: AbortSignal, role?: Role): Promise<(actor: string) => AddedVideos> {
    const look = beginLook(signal);
    const examined = await examineFiles(await grantedFiles(grants, grantIds, look), {
      projectFolder: project.session().folder,
      ffmpeg,
      look,
    });
    if (role === 'annotator') await lookForThoseBack(examined, look);
    return (actor) => take(examined, actor);
  }

  /** Files that were missing may be back: then no annotator gives their videos others (see `relink.ts`). */
  async function lookForThoseBack(examined: readonly Examined[], look: Look): Promise<void> {
    for (const { file, print } of examined) {
      const same = repository.findByFile(project.session().db, file, print);
      if (same !== null && get(same).state === 'missing') await look(() => sources.isThere(same));
    }
  }

  function take(examined: readonly Examined[], actor: string): AddedVideos {
    const refused = examined.flatMap(({ file, problem }) => (problem === null ? [] : [{ name: path.basename(file), reason: problem }]));
    const { fresh, known } = withoutKnown(
      project.session().db,
      examined.filter(({ problem }) => problem === null),
    );
    requireRoomForVideos(project.session().db, fresh.length);
    const videos = fresh.map(({ file, print }) => ({ id: VideoId.parse(crypto.randomUUID()), file, print }));
    const [only] = videos.length === 1 ? videos : [];
    const label = words('edits.addVideos', { count: videos.length });
    const found: VideoId[] = [];
    // All or nothing: a disk may fill up in between.
    history.recordTogether(() => {
      history.record({ actor, label, videoId: only?.id ?? null }, (db) => {
        for (const { id, file, print } of videos) {
          repository.insertVideos(db, [newVideo(id, file, print)], clock.nowMs());
          places.choose(id, file);
        }
      });
      found.push(...known.flatMap((each) => chooseKnown(each, actor) ?? []));
    });
    const { db } = project.session();
    for (const videoId of found) announceFile(videoId);
    const there = new Set(known.map(({ file, print }) => repository.findByFile(db, file, print)).filter((id) => id !== null));
    return {
      added: videos.map(({ id }) => id),
      known: [...there],
      found,
      alreadyThere: known.map(({ file }) => path.basename(file)),
      refused,
    };
  }

  /** Of the project's files, those that were uploaded and may be opened. */
  function uploads(): string[] {
    return repository
      .listPlacedFiles(project.session().db)
      .flatMap(({ videoId, path: file }) => (grants.isUpload(file) && places.isChosen(videoId, file) ? [file] : []));
  }

  function basesNow(): ReadonlyMap<VideoId, string> {
    const { db } = project.session();
    return fileBases(repository.listNames(db), repository.listFileBases(db));
  }

  function keepFileBases(): ReadonlyMap<VideoId, string> {
    const bases = basesNow();
    const { db } = project.session();
    inTransaction(db, () => repository.keepFileBases(db, bases));
    return bases;
  }

  return {
    pending: (): ReturnType<typeof repository.listPending> => repository.listPending(project.session().db),
    list: (): VideoListItem[] => listVideos(project.session().db),
    ready: (): VideoId[] => listReady(project.session().db),
    count: (): number => countVideos(project.session().db),
    names: (): string[] => repository.listNames(project.session().db).map(({ name }) => name),
    get,
    /** Those that are there. */
    getMany: (videoIds: readonly VideoId[]): ReadonlyMap<string, Video> => repository.getVideos(project.session().db, videoIds),
    /** Of what is in their files, as far as that was seen. */
    contentIds: (videoIds: readonly VideoId[]): ReadonlyMap<string, string> => repository.contentIds(project.session().db, videoIds),
    /** What the data sets said of the videos that came with one. */
    sourceRecords: (videoIds: readonly VideoId[]): ReadonlyMap<string, SourceRecord> => sourceRecordsOf(project.session().db, videoIds),
    ids: (): ReadonlySet<VideoId> => new Set(repository.listNames(project.session().db).map(({ id }) => id)),
    /** Where the project's files lie. */
    folders: (): string[] => [...new Set(repository.listPlacedFiles(project.session().db).map((file) => path.dirname(file.path)))],
    openSource: sources.open,
    openWhole: sources.openWhole,
    clock: clockOf,
    clockAside,
    lookForAdding,

    /** As `lookForAdding`, and then adds them. For hosts, which have no line of commands. */
    add: async (grantIds: readonly GrantId[], actor: string): Promise<AddedVideos> => (await lookForAdding(grantIds, NEVER_ABORTED))(actor),

    /** For hosts, which hold paths. */
    addFiles: async (files: readonly string[], actor: string): Promise<AddedVideos> =>
      take(await examineFiles(files, { projectFolder: project.session().folder, ffmpeg, look: beginLook(NEVER_ABORTED) }), actor),

    /** Notes of each video whether its file is still there; the project opens before this is known. */
    locateFiles: sources.locateAll,
    ...relinking,

    /** A person wants the videos of a project from elsewhere opened where it says that they lie; they are still to be located. */
    chooseWhereTheyLie: (): void => places.chooseAll(),

    /** Takes videos out of the project, in one step, or a few where they hold very much; the files themselves are never touched. */
    remove(videoIds: readonly VideoId[], actor: string): void {
      history.recordTogether(() => {
        keepFileBases();
        for (const part of removalParts(project.session().db, videoIds))
          history.record({ actor, label: words('edits.removeVideos', { count: part.length }), videoId: null }, (db) => {
            for (const videoId of part) repository.deleteVideo(db, videoId);
          });
      });
    },

    setSplit(videoIds: readonly VideoId[], split: VideoSplit | null, actor: string): void {
      const label = split === null ? words('edits.clearSplit') : words('edits.setSplit', { split });
      history.record({ actor, label, videoId: null }, (db) => {
        for (const videoId of videoIds) repository.setSplit(db, videoId, split);
      });
    },

    divide: (ask: SplitAsk, actor: string) => divideVideos({ project, history }, ask, actor),

    /** For each video, what the names of files begin with that are made of it. */
    fileBases: basesNow,

    /** The same, for files that are about to be written: from now on the names stay, whatever becomes of the other videos. */
    keepFileBases,

    /** `fileBases` and `fileNames`, for all at once: of a hundred thousand videos each takes a moment and much memory. */
    namesForFiles(): { readonly bases: ReadonlyMap<VideoId, string>; readonly names: ReadonlyMap<VideoId, string> } {
      const { db } = project.session();
      const [listed, given] = [repository.listNames(db), repository.listFileBases(db)];
      const bases = fileBases(listed, given);
      return { bases, names: fileNames(listed, given, bases) };
    },

    /** What each video is called where two of one name must be distinguished. */
    fileNames: (): ReadonlyMap<VideoId, string> =>
      fileNames(repository.listNames(project.session().db), repository.listFileBases(project.session().db)),

    /** Where the video's files lie. */
    paths: (): ReadonlyMap<VideoId, string> =>
      new Map(repository.listPlacedFiles(project.session().db).map(({ videoId, path: file }) => [videoId, file] as const)),

    uploads,

    /** For a project that was opened: uploads that an older studio, or a power cut, left to be swept are kept. */
    keepUploads: (): void => uploads().forEach(grants.claim),

    /** Of a file that may become a video; see `fingerprint`. */
    fingerprint: (file: string): Promise<string | null> => fingerprint(file, project.session().folder),

    /** The video that a file is, by its path or else by its content; null: none of the project. */
    async findFile(file: string): Promise<VideoId | null> {
      return repository.findByFile(project.session().db, file, await fingerprint(file, project.session().folder));
    },

    /** The videos that have this path or content, and whether somebody has worked on them. */
    ofFile: (file: string, print: string | null): SameFile[] => videosOfFile(project.session().db, file, print),

    /** Start of each frame in microseconds; null for a constant rate. */
    frameTimes: (videoId: VideoId): Promise<Float64Array | null> => frameTimes.getAside(videoId),
    hasFrameTimes: (videoId: VideoId): boolean => repository.hasFrameTimes(project.session().db, videoId),

    /** What an import measured; the video is `ok` from then on. Facts about a file are not undone. */
    setProbe(videoId: VideoId, probe: VideoProbe, ptsUs: Float64Array | null): void {
      const { db } = project.session();
      inTransaction(db, () => {
        repository.setProbe(db, videoId, probe, ptsUs);
        frameTimes.forget(videoId);
        repository.setState(db, videoId, 'ok', null);
        // Whoever measured it was let at it, and saw what it holds.
        const { path: file, fingerprint: print } = repository.getVideo(db, videoId);
        if (file !== null) places.choose(videoId, file);
        if (print !== null) seals.add(db, ['measured', print]);
      });
      announceFile(videoId);
    },

    /** For steps that may find nothing, which looks as if they had never been done. Like all facts about a file it is not undone. */
    noteStepDone(videoId: VideoId, step: string): void {
      const { db } = project.session();
      inTransaction(db, () => noteStepDone(db, videoId, step, clock.nowMs()));
    },

    /** Steps that came to their end, by video. */
    stepsDone: (): ReadonlyMap<VideoId, ReadonlySet<string>> => stepsDone(project.session().db),

    /** What came to light of a file later. */
    addNotes(videoId: VideoId, notes: readonly string[]): void {
      const { db } = project.session();
      const { probe } = repository.getVideo(db, videoId).video;
      const added = notes.filter((note) => !(probe?.notes ?? []).includes(note));
      if (probe === null || added.length === 0) return;
      repository.setNotes(db, videoId, [...probe.notes, ...added]);
      announceFile(videoId);
    },

    setState(videoId: VideoId, state: VideoState, reason: Words | null): void {
      repository.setState(project.session().db, videoId, state, reason);
      announceFile(videoId);
    },
  };
}

/** Files that neither the project nor an earlier one of the list has, by path or content. */
function withoutKnown(db: ReadableDb, files: readonly Examined[]): { fresh: Examined[]; known: Examined[] } {
  const seen = new Set<string>();
  const fresh: Examined[] = [];
  const known: Examined[] = [];
  for (const examined of files) {
    const { file, print } = examined;
    const isKnown = seen.has(file) || (print !== null && seen.has(print)) || repository.findByFile(db, file, print) !== null;
    (isKnown ? known : fresh).push(examined);
    seen.add(file);
    if (print !== null) seen.add(print);
  }
  return { fresh, known };
}

function clockWith(video: Video, ptsUs: Float64Array | null): FrameClock {
  const { rate, frameCount } = requireProbe(video);
  return ptsUs === null ? { rate, frameCount } : { rate, frameCount, ptsUs };
}

function newVideo(id: VideoId, file: string, print: string | null): NewVideo {
  return {
    id,
    name: path.basename(file),
    split: null,
    shot2story: null,
    path: file,
    fingerprint: print,
    state: 'pending',
    stateReason: null,
  };
}
