import { inTransaction, type WritableDb } from '#core/base/db/database.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoState } from '#shared/domain/video.ts';
import * as repository from './video-repository.ts';
import { storedWords, type Words } from '#shared/words/words.ts';

/** Of so many files what was found is written together, for each write waits for the disk; or of fewer, where a disk is slow to answer. */
const WRITTEN_TOGETHER = 500;
const WRITE_AFTER_MS = 1_000;
/** So many videos are announced one by one; beyond, pages ask for all of them anew, now and then. */
const MAX_NAMED = 100;
const ANNOUNCE_AFTER_MS = 5_000;

export interface FileNotesParts {
  /** Else nothing is noted. */
  readonly canWrite: boolean;
  /** Null: of many. */
  onChanged(videoId: VideoId | null): void;
}

/** What a look at many files found of each: why it cannot be used, or null. */
export function createFileNotes(db: WritableDb, { canWrite, onChanged }: FileNotesParts) {
  let waiting: { readonly videoId: VideoId; readonly problem: Words | null }[] = [];
  let writtenMs = performance.now();
  let announcedMs = performance.now();
  let named = 0;
  let unnamed = 0;

  function write(): void {
    const notes = waiting;
    waiting = [];
    const changed = inTransaction(db, () => notes.filter(({ videoId, problem }) => noteFileState(db, videoId, problem)));
    writtenMs = performance.now();
    if (named + changed.length > MAX_NAMED) unnamed += changed.length;
    else for (const { videoId } of changed) onChanged(videoId);
    named += changed.length;
    if (performance.now() - announcedMs > ANNOUNCE_AFTER_MS) announce();
  }

  function announce(): void {
    if (unnamed > 0) onChanged(null);
    unnamed = 0;
    announcedMs = performance.now();
  }

  return {
    add(videoId: VideoId, problem: Words | null): void {
      if (!canWrite) return;
      waiting.push({ videoId, problem });
      if (waiting.length >= WRITTEN_TOGETHER || performance.now() - writtenMs > WRITE_AFTER_MS) write();
    },
    end(): void {
      if (waiting.length > 0) write();
      announce();
    },
  };
}

/** Returns whether that is news. A video that was taken out has no file to note anything of. */
export function noteFileState(db: WritableDb, videoId: VideoId, problem: Words | null): boolean {
  const file = repository.fileState(db, videoId);
  if (file === null) return false;
  const usable: VideoState = file.isMeasured ? 'ok' : 'pending';
  const state = problem !== null ? 'missing' : file.state === 'missing' ? usable : file.state;
  if (state === file.state && (problem === null || storedWords(problem) === file.stateReason)) return false;
  repository.setState(db, videoId, state, problem);
  return true;
}
