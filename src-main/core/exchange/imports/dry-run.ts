import path from 'node:path';
import type { SameFile } from '#core/project/videos/same-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ImportPreview } from '#shared/contract/import-preview.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { type SameVideos, sortSameVideos } from './give-way.ts';
import { createImportTally, type DatasetImportCounts } from './import-tally.ts';
import {
  type DataSetChoice,
  type DataSetParts,
  openDataSet,
  type OpenedDataSet,
  type ReadingHooks,
  unlessNoProject,
} from './open-data-set.ts';

/** As many videos of the project are named; all are counted. */
const MAX_NAMED = 200;

export interface DryRead {
  readonly counts: DatasetImportCounts;
  /** What is wrong with the file itself, behind the records that were counted. */
  readonly broken: AppError | null;
}

interface DryHooks extends Pick<ReadingHooks, 'signal' | 'onFraction' | 'through' | 'onKnown'> {
  /** Told each video that would come in, with its file. Returns those of the project that would give way to it. */
  onVideo?(name: string, file: string | undefined, addNote: (reason: string) => void): Promise<readonly SameFile[]>;
}

/** Reads a data set to its end, or to where it is broken, and imports nothing. Files are found by their names and not opened. */
export async function dryRead({ records, files }: OpenedDataSet, { onVideo, ...hooks }: DryHooks): Promise<DryRead> {
  const tally = createImportTally(null);
  const end = (broken: AppError | null): DryRead => ({ counts: tally.result(), broken });
  try {
    for await (const { lastRecord, video } of records({ ...hooks, onNote: tally.addNote, onRefused: tally.refuse })) {
      const addNote = (reason: string): void => tally.addNote(video.name, reason);
      const file = files.of(video.name, addNote);
      tally.count(video, file !== undefined, await onVideo?.(video.name, file, addNote));
      tally.reached(lastRecord);
    }
    return end(null);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid-input') return end(error);
    throw error;
  }
}

/** What an import would bring, without bringing it. */
export async function previewImport(
  parts: DataSetParts,
  choice: DataSetChoice,
  { actor, signal }: { readonly actor: string; readonly signal: AbortSignal },
): Promise<ImportPreview> {
  const notes: string[] = [];
  const opened = await openDataSet(parts, choice, { signal, onNote: (where, reason) => notes.push(`${where}: ${reason}`) });
  const sameVideos = lookForSame(parts, choice.keepsOthers === true ? actor : null);
  const known = list();
  const givingWay = list();
  let isKnown = false;
  const { counts, broken } = await dryRead(opened, {
    signal,
    onFraction: () => undefined,
    onKnown: () => void (isKnown = true),
    async onVideo(name, file, addNote) {
      const wasKnown = isKnown;
      isKnown = false;
      const same = await sameVideos(file);
      for (const note of same.notes) addNote(note);
      for (const video of same.givingWay) givingWay.add(video.name);
      if (wasKnown && !same.givingWay.some((video) => video.name === name)) known.add(name);
      return same.givingWay;
    },
  });
  return {
    ...counts,
    refused: [...counts.refused],
    notes: [...notes, ...counts.notes],
    missing: [...counts.missing],
    alreadyThere: known.count(),
    known: known.names,
    givingWay: givingWay.names,
    problem: broken?.words ?? null,
    licenceNote: opened.importer.licenceNote,
  };
}

/** The first names, and how many there are. */
function list() {
  const names: string[] = [];
  let count = 0;
  return {
    names,
    count: () => count,
    add(name: string): void {
      count++;
      if (names.length < MAX_NAMED) names.push(name);
    },
  };
}

/** Finds the videos of the project that have a file, by its place; by its content only where a video is called so, for to open very many files takes long. */
function lookForSame({ videos }: Pick<DataSetParts, 'videos'>, onlyOf: string | null): (file: string | undefined) => Promise<SameVideos> {
  const names = new Set(unlessNoProject(() => videos.names()).map((name) => path.basename(name)));
  const taken = new Set<VideoId>();
  return async (file) => {
    if (file === undefined || names.size === 0) return { givingWay: [], notes: [] };
    const print = names.has(path.basename(file)) ? await videos.fingerprint(file).catch(() => null) : null;
    const { givingWay, notes } = sortSameVideos(videos.ofFile(file, print), onlyOf);
    const fresh = givingWay.filter(({ videoId }) => !taken.has(videoId));
    for (const { videoId } of fresh) taken.add(videoId);
    return { givingWay: fresh, notes };
  };
}
