import { AppError } from '#shared/contract/errors.ts';
import type { ImportPreview } from '#shared/contract/import-preview.ts';
import { createImportTally, type DatasetImportCounts } from './import-tally.ts';
import { type DataSetChoice, type DataSetParts, openDataSet, type OpenedDataSet, type ReadingHooks } from './open-data-set.ts';

/** As many videos that the project has already are named; all are counted. */
const MAX_NAMED = 200;

export interface DryRead {
  readonly counts: DatasetImportCounts;
  /** What is wrong with the file itself, behind the records that were counted. */
  readonly broken: AppError | null;
}

/** Reads a data set to its end, or to where it is broken, and imports nothing. Files are found by their names and not opened. */
export async function dryRead(
  { records, files }: OpenedDataSet,
  hooks: Pick<ReadingHooks, 'signal' | 'onFraction' | 'through' | 'onKnown'>,
): Promise<DryRead> {
  const tally = createImportTally(null);
  const end = (broken: AppError | null): DryRead => ({ counts: tally.result(), broken });
  try {
    for await (const { lastRecord, video } of records({ ...hooks, onNote: tally.addNote, onRefused: tally.refuse })) {
      const isFound = files.of(video.name, (reason) => tally.addNote(video.name, reason)) !== undefined;
      tally.count(video, isFound);
      tally.reached(lastRecord);
    }
    return end(null);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid-input') return end(error);
    throw error;
  }
}

/** What an import would bring, without bringing it. */
export async function previewImport(parts: DataSetParts, choice: DataSetChoice, signal: AbortSignal): Promise<ImportPreview> {
  const notes: string[] = [];
  const opened = await openDataSet(parts, choice, { signal, onNote: (where, reason) => notes.push(`${where}: ${reason}`) });
  const known: string[] = [];
  let knownCount = 0;
  function onKnown(name: string): void {
    knownCount++;
    if (known.length < MAX_NAMED) known.push(name);
  }
  const { counts, broken } = await dryRead(opened, { signal, onKnown, onFraction: () => undefined });
  return {
    ...counts,
    refused: [...counts.refused],
    notes: [...notes, ...counts.notes],
    missing: [...counts.missing],
    alreadyThere: knownCount,
    known,
    problem: broken?.words ?? null,
    licenceNote: opened.importer.licenceNote,
  };
}
