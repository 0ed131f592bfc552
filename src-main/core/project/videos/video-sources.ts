import { type FileHandle, stat } from 'node:fs/promises';
import path from 'node:path';
import { openProven, type ProvenFile, stampFrom } from '#core/base/files/proven-file.ts';
import { requireRegular } from '#core/base/files/regular-file.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { takeTurns } from '#core/base/turns.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { Seals } from '#core/base/seals.ts';
import { AppError, isCancelled, wordsOf } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Video, VideoProbe } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import { createFileNotes, noteFileState } from './file-notes.ts';
import { fingerprint, lookAtContent } from './video-files.ts';
import { baseName, placeBeside } from './media-beside.ts';
import type { VideoPlaces } from './video-places.ts';
import * as repository from './video-repository.ts';

/** The file of a video, proven to be the one that was imported. What is read from it is used through one of the functions below. */
export interface VideoSource extends ProvenFile {
  /** Of its content; null: the file is empty. */
  readonly fingerprint: string | null;
  /** For reading, and to be closed: it is the proven one, whatever lies there by then. @throws AppError `media-missing` */
  openFile(): Promise<FileHandle>;
  /** @throws AppError `media-missing` when another file lies there since this one was opened, or none */
  requireUnchanged(): Promise<void>;
  /** Does something with the file; the result is given only when it was the same file until the end. */
  checked<T>(work: () => Promise<T>): Promise<T>;
  /** Gives what is read from the file, each item only when it was the same file until then. */
  guard<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined>;
}

export interface VideoSourcesParts {
  readonly project: ProjectAccess;
  readonly places: Pick<VideoPlaces, 'isChosen'>;
  readonly seals: Pick<Seals, 'has' | 'add'>;
  /** @throws AppError for what holds no video by its head, of the containers that the studio opens */
  requireVideo(file: string): Promise<void>;
  /** Null: of many. */
  onStateChanged(videoId: VideoId | null): void;
}

/** What is known of the file of a video before it is looked at. */
interface KnownFile {
  readonly videoId: VideoId;
  readonly path: string;
  readonly fingerprint: string | null;
  readonly isMeasured: boolean;
}

interface Proven extends ProvenFile {
  readonly fingerprint: string | null;
}

/** For who never gives up. */
const NEVER_ABORTED = new AbortController().signal;

export type VideoSources = ReturnType<typeof createVideoSources>;

/**
 * Proves that a video's file is still the one that its shots and texts were made for. Looking costs little: only a file whose size, times or
 * place on the disk differ from what they were at the last proof is read again (192 KiB, see `fingerprint`).
 */
export function createVideoSources({ project, places, seals, requireVideo, onStateChanged }: VideoSourcesParts) {
  const proofs = new Map<VideoId, Proven>();
  /** Contents that are videos by their head, in this session. */
  const knownVideos = new Set<string>();

  /**
   * Where the file does not lie where it was, a project that was moved together with its videos has it beside its database.
   * @throws AppError `media-missing` with what a person can do
   */
  async function prove(file: KnownFile): Promise<Proven> {
    try {
      return await proveThere(file);
    } catch (error) {
      const beside = await foundBeside(file);
      if (beside === null) throw error;
      return proveThere(beside);
    }
  }

  async function foundBeside(file: KnownFile): Promise<KnownFile | null> {
    const { folder, db, readOnly } = project.session();
    const place = placeBeside(folder, file.path);
    if (place === null || file.fingerprint === null || place === file.path || !places.isChosen(file.videoId, place)) return null;
    // What cannot be looked at is not there.
    const print = await fingerprint(place, folder).catch(() => null);
    if (print !== file.fingerprint) return null;
    if (readOnly === null && db.open) repository.setFile(db, file.videoId, place, print);
    return { ...file, path: place };
  }

  async function proveThere(file: KnownFile): Promise<Proven> {
    if (!places.isChosen(file.videoId, file.path)) throw notChosenError(file.path);
    const before = proofs.get(file.videoId);
    const stamp = await stampOf(file.path);
    if (before?.stamp === stamp && before.path === file.path && before.fingerprint === file.fingerprint) return before;
    // Of what was read, not of what lay there a moment before.
    const { print: found, stamp: proven } = await lookAtContent(file.path, project.session().folder);
    // Before anything was measured nothing rests on the content, which may still be on its way to this disk.
    if (found !== file.fingerprint && file.isMeasured) throw replacedError(file.path);
    const { db, readOnly } = project.session();
    if (found !== file.fingerprint && readOnly === null) repository.setFile(db, file.videoId, file.path, found);
    const proof = { path: file.path, stamp: proven, fingerprint: found };
    proofs.set(file.videoId, proof);
    return proof;
  }

  function knownFile(videoId: VideoId): KnownFile {
    const { video, path: file, fingerprint: print } = repository.getVideo(project.session().db, videoId);
    if (file === null) throw new AppError('media-missing', words('project.fileNotFound', { video: video.name }));
    return { videoId, path: file, fingerprint: print, isMeasured: video.probe !== null };
  }

  async function proveAndNote(videoId: VideoId): Promise<Proven> {
    const file = knownFile(videoId);
    try {
      const proven = await prove(file);
      noteState(videoId, null);
      return proven;
    } catch (error) {
      const explained = explain(error, file.path);
      if (explained instanceof SourceError) noteState(videoId, explained.reason);
      throw explained;
    }
  }

  /** Notes in the project whether a video's file is there. `problem`: why it cannot be used; null: it can. */
  function noteState(videoId: VideoId, problem: Words | null): void {
    const { db, readOnly } = project.session();
    if (db.open && readOnly === null && noteFileState(db, videoId, problem)) onStateChanged(videoId);
  }

  /** @throws AppError `media-missing` when the file is gone, was replaced or changed; the video is marked so. `not-found` for an unknown video. */
  async function open(videoId: VideoId): Promise<VideoSource> {
    const opened = await proveAndNote(videoId);

    async function requireUnchanged(): Promise<void> {
      const now = await stampOf(opened.path).catch(() => null);
      if (now === opened.stamp) return;
      const again = await proveAndNote(videoId);
      if (again.fingerprint !== opened.fingerprint) throw changedError(opened.path);
    }

    /** A file that is replaced while it is read gives all kinds of errors: the reason is named rather than what followed from it. */
    async function reasonFor(error: unknown): Promise<unknown> {
      if (!isCancelled(error)) await requireUnchanged();
      return error;
    }

    return {
      path: opened.path,
      stamp: opened.stamp,
      fingerprint: opened.fingerprint,
      async openFile() {
        const now = await proveAndNote(videoId);
        if (now.fingerprint !== opened.fingerprint) throw changedError(opened.path);
        return openProven(now);
      },
      requireUnchanged,
      async checked(work) {
        try {
          const result = await work();
          await requireUnchanged();
          return result;
        } catch (error) {
          throw await reasonFor(error);
        }
      },
      async *guard(items) {
        const iterator = items[Symbol.asyncIterator]();
        try {
          for (;;) {
            const next = await iterator.next().catch(async (error: unknown) => {
              throw await reasonFor(error);
            });
            // What was read before this moment was read from the file that was opened.
            await requireUnchanged();
            if (next.done === true) return;
            yield next.value;
          }
        } finally {
          await iterator.return?.();
        }
      },
    };
  }

  /**
   * As `open`, for a file that is handed out as it is: it was measured, and it is a video by what it holds, whatever the project says of it.
   * @throws AppError `media-missing` while it was not measured, `media-corrupt` for what is no video
   */
  async function openWhole(videoId: VideoId): Promise<VideoSource> {
    requireProbe(repository.getVideo(project.session().db, videoId).video);
    const source = await open(videoId);
    const { db, readOnly } = project.session();
    const print = proofs.get(videoId)?.fingerprint ?? '';
    if (knownVideos.has(print) || seals.has(db, ['measured', print])) return source;
    await source.checked(() => requireVideo(source.path));
    knownVideos.add(print);
    if (readOnly === null && db.open) seals.add(db, ['measured', print]);
    return source;
  }

  /**
   * Notes of each video of the project whether its file is there. Files that were never opened are distinguished by their sizes alone. There may be more than
   * a hundred thousand: others have their turn in between, and what was found is written together.
   */
  async function locateAll(signal: AbortSignal = NEVER_ABORTED): Promise<void> {
    const { db, readOnly } = project.session();
    const turn = takeTurns(signal);
    const notes = createFileNotes(db, { canWrite: readOnly === null, onChanged: onStateChanged });
    for (const file of repository.listPlacedFiles(db)) {
      if (signal.aborted) break;
      const problem = await problemOf(file);
      await turn();
      // The project may have been closed in the meantime.
      if (!db.open || project.session().db !== db) return;
      notes.add(file.videoId, problem);
    }
    notes.end();
  }

  async function problemOf(file: repository.VideoFile & { readonly path: string }): Promise<Words | null> {
    const isMeasured = file.sizeBytes !== null;
    const known = { videoId: file.videoId, path: file.path, fingerprint: file.fingerprint, isMeasured };
    async function isAsItWas(): Promise<boolean> {
      if (file.state === 'missing' || !places.isChosen(file.videoId, file.path)) return false;
      const { size, stamp } = await lookAt(file.path);
      const before = proofs.get(file.videoId);
      return (!isMeasured || size === file.sizeBytes) && (before === undefined || before.stamp === stamp);
    }
    try {
      // What cannot be looked at is not as it was, and its proof says why.
      if (!(await isAsItWas().catch(() => false))) await prove(known);
      return null;
    } catch (error) {
      const explained = explain(error, file.path);
      // One disk that does not answer must not keep the others from being looked at.
      if (explained instanceof SourceError) return explained.reason;
      return words('project.fileNotAccessible', { reason: wordsOf(explained) });
    }
  }

  /** Whether the file that a video was imported from is in its place, which is noted in the project. */
  async function isThere(videoId: VideoId): Promise<boolean> {
    try {
      await proveAndNote(videoId);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'media-missing') return false;
      throw error;
    }
  }

  return { open, openWhole, isThere, locateAll };
}

/** @throws AppError `media-missing` while the video has not been measured */
export function requireProbe({ probe, name }: Pick<Video, 'probe' | 'name'>): VideoProbe {
  if (probe === null) throw new AppError('media-missing', words('project.notAnalysed', { video: name }));
  return probe;
}

async function stampOf(file: string): Promise<string> {
  return (await lookAt(file)).stamp;
}

async function lookAt(file: string): Promise<{ readonly size: number; readonly stamp: string }> {
  const found = await stat(file, { bigint: true });
  requireRegular(found, file);
  return { size: Number(found.size), stamp: stampFrom(found) };
}

/** Why a video's file cannot be used. `reason` alone is what the video's state says: there the interface adds what is safe and what to do. */
class SourceError extends AppError {
  readonly reason: Words;

  constructor(reason: Words, advice: Words, cause?: unknown) {
    super('media-missing', words('project.sourceUnusable', { reason, advice }), { cause });
    this.reason = reason;
  }
}

function replacedError(file: string): SourceError {
  return new SourceError(words('project.sourceReplaced', { file: path.basename(file) }), words('project.sourceReplacedAdvice'));
}

function notChosenError(file: string): SourceError {
  return new SourceError(words('project.sourceNotChosen', { file: baseName(file) }), words('project.sourceNotChosenAdvice'));
}

function changedError(file: string): SourceError {
  return new SourceError(words('project.sourceChanged', { file: path.basename(file) }), words('project.sourceChangedAdvice'));
}

/** What a person can act on; other errors as they are. */
function explain(error: unknown, file: string): unknown {
  if (error instanceof AppError && error.code === 'invalid-input')
    return new SourceError(error.words, words('project.sourceNoFileAdvice'), error);
  const code = errorCode(error);
  if (error instanceof AppError || code === null) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new SourceError(words('project.sourceGone', { path: file }), words('project.sourceGoneAdvice'), error);
  return new SourceError(
    words('project.sourceUnreadable', { file: path.basename(file), code }),
    words('project.sourceUnreadableAdvice'),
    error,
  );
}
