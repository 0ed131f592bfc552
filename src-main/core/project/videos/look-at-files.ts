import type { FileGrants } from '#core/base/files/file-grants.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { forEachInFlight } from '#core/base/in-flight.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { requireVideoHead } from '#core/media/probe.ts';
import { AppError, isCancelled, wordsOf } from '#shared/contract/errors.ts';
import { fileKindOf } from '#shared/domain/file-kinds.ts';
import type { GrantId } from '#shared/domain/ids.ts';
import type { Look } from '#core/base/look.ts';
import { fingerprint, findVideos } from './video-files.ts';
import { words, type Words } from '#shared/words/words.ts';

export interface Examined {
  readonly file: string;
  readonly print: string | null;
  /** Why the file is not taken; null when it is. */
  readonly problem: Words | null;
}

/** How many files are opened at a time: enough to hide a slow disk, few enough for any system's limit. */
const READ_AT_ONCE = 16;
/** Programs of one command. */
const PROGRAMS_AT_ONCE = 4;

/** Files that were granted, and the videos in folders that were. */
export async function grantedFiles(grants: Pick<FileGrants, 'resolve'>, grantIds: readonly GrantId[], look: Look): Promise<string[]> {
  const files: string[] = [];
  for (const { path: place, isFolder } of grantIds.map(grants.resolve))
    files.push(...(isFolder ? await look((signal) => findVideos(place, signal)) : [place]));
  return files;
}

/** Files that somebody named are taken by what they hold. Where a name says that it is a video, its import reports what is wrong. */
export async function examineFiles(
  files: readonly string[],
  { projectFolder, ffmpeg, look }: { readonly projectFolder: string; readonly ffmpeg: Ffmpeg; readonly look: Look },
): Promise<Examined[]> {
  const examined = await inParallel(files, READ_AT_ONCE, async (file) => {
    try {
      return { file, print: await look(() => fingerprint(file, projectFolder)), problem: null };
    } catch (error) {
      return { file, print: null, problem: problemOf(error) };
    }
  });
  return inParallel(examined, PROGRAMS_AT_ONCE, async (each) => {
    if (each.problem !== null || fileKindOf(each.file) === 'video') return each;
    try {
      await look((signal) => requireVideoHead({ ffmpeg, path: each.file, signal }));
      return each;
    } catch (error) {
      return { ...each, print: null, problem: problemOf(error) };
    }
  });
}

/** A file that cannot be read has none. */
export function fingerprints(
  files: readonly string[],
  projectFolder: string,
  look: Look,
): Promise<{ readonly file: string; readonly print: string | null }[]> {
  return inParallel(files, READ_AT_ONCE, async (file) => {
    const print = await look(() => fingerprint(file, projectFolder)).catch((error: unknown) => {
      if (isCancelled(error)) throw error;
      return null;
    });
    return { file, print };
  });
}

/** @throws what is no fault of the file */
function problemOf(error: unknown): Words {
  if (isCancelled(error)) throw error;
  if (error instanceof AppError) return error.words;
  return isMissing(error) ? words('project.fileMissing') : words('project.fileUnreadable', { reason: wordsOf(error) });
}

/** Results in the order of the items. */
async function inParallel<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  await forEachInFlight(items.entries(), { limit }, async ([index, item]) => {
    results[index] = await work(item);
  });
  return results;
}
