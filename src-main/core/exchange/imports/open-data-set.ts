import path from 'node:path';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import { findImporter } from '#core/exchange/formats/registry.ts';
import type { ImportContext, ImportedRecord, Importer } from '#core/exchange/formats/format.ts';
import { findMediaFiles, mediaFilesAmong, type MediaFiles } from '#core/project/videos/named-files.ts';
import { clockOfFile, createMeasuring, type MeasureFile, type MeasuringParts } from '#core/exchange/imports/measure-file.ts';
import { readBytes, readText } from '#core/exchange/imports/read-data-set.ts';
import { readFolder } from '#core/exchange/imports/read-folder.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import { fileKindOf } from '#shared/domain/file-kinds.ts';

export interface DataSetChoice {
  readonly formatId: string;
  /** The file, or the folder where the format reads one. */
  readonly file: string;
  /** Folder in which the videos of the data set are looked for by name; null: among the person's own uploads and those of the project. What is not found stays missing until it is pointed at. */
  readonly mediaFolder: string | null;
  /** Whose uploads; null: of whoever is at this machine. */
  readonly sender: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  /** Videos that others added never give way: only owners take those out. */
  readonly keepsOthers?: boolean;
}

export interface DataSetParts extends MeasuringParts {
  readonly videos: Pick<VideosService, 'names' | 'uploads' | 'fingerprint' | 'ofFile'>;
  readonly grants: Pick<FileGrants, 'sentBy'>;
}

/** What reading tells on its way. */
export interface ReadingHooks extends Pick<ImportContext<unknown>, 'signal' | 'onNote' | 'onRefused'> {
  /** How much of the file was read, from 0 to 1. */
  onFraction(fraction: number): void;
  /**
   * Told each video that the project has by its name already.
   * @param note for people; null where it was said of that name before
   */
  onKnown?(name: string, note: string | null): void;
  /** Stands between the file and its importer. */
  through?(chunks: AsyncIterable<string>): AsyncIterable<string>;
}

export interface OpenedDataSet {
  readonly importer: Importer;
  /** The videos in its folders, or the uploads. */
  readonly files: MediaFiles;
  readonly measure: MeasureFile;
  /** From the beginning, however often. Reports which records are of one video, and which videos the project had before. */
  records(hooks: ReadingHooks): AsyncGenerator<ImportedRecord>;
}

/** Finds out how a data set is read, and among which videos its own are. */
export async function openDataSet(
  parts: DataSetParts,
  choice: DataSetChoice,
  { signal, onNote }: Pick<ReadingHooks, 'signal' | 'onNote'>,
): Promise<OpenedDataSet> {
  const importer = findImporter(choice.formatId);
  const options: unknown = importer.optionsSchema.parse(choice.options);
  const folders = [
    ...(choice.mediaFolder === null
      ? []
      : [{ folder: choice.mediaFolder, isDataSet: importer.isFolder === true && choice.mediaFolder === choice.file }]),
    ...(importer.isFolder === true ? [{ folder: choice.file, isDataSet: true }] : []),
  ];
  const files = folders.length === 0 ? await ownUploads(parts, choice.sender) : await findMediaFiles(folders, onNote);
  const measure = createMeasuring(parts, signal);
  async function clockOf(name: string): Promise<FrameClock | null> {
    const file = files.of(name, () => undefined);
    const measured = file === undefined ? null : await measure(file);
    return measured === null || measured instanceof AppError ? null : clockOfFile(measured);
  }
  return {
    importer,
    files,
    measure,
    async *records({ onFraction, onKnown = () => undefined, through = (chunks) => chunks, ...hooks }) {
      const noteNamesake = namesakes(namesInProject(parts), { onNote: hooks.onNote, onKnown });
      const chunks = through(readerOf(importer)(choice.file, onFraction));
      for await (const found of importer.parse(chunks, { ...hooks, options, sourceOf: files.calledSo, clockOf })) {
        hooks.signal.throwIfAborted();
        noteNamesake(found.record, found.video.name);
        yield found;
      }
    },
  };
}

/** None where no project is open: one that is still to be made has none. */
function namesInProject({ videos }: Pick<DataSetParts, 'videos'>): string[] {
  return unlessNoProject(() => videos.names());
}

/** Nothing where no project is open. */
export function unlessNoProject<T>(work: () => readonly T[]): T[] {
  try {
    return [...work()];
  } catch (error) {
    if (error instanceof AppError && error.code === 'no-project') return [];
    throw error;
  }
}

/** Without a folder, only what the person sent, or the project has already: the uploads of others, and of other projects, are none of theirs. */
async function ownUploads({ videos, grants }: DataSetParts, sender: string | null): Promise<MediaFiles> {
  const ofProject = unlessNoProject(() => videos.uploads());
  const sent = (await grants.sentBy(sender)).filter((file) => fileKindOf(file) === 'video');
  return mediaFilesAmong([...new Set([...ofProject, ...sent])], path.basename);
}

function readerOf({ isFolder, isBinary }: Importer): typeof readText {
  if (isFolder) return readFolder;
  return isBinary ? readBytes : readText;
}

/** Reports when a video has a record already: its rows would count twice in whatever is made of the project. */
function namesakes(
  inProject: readonly string[],
  { onNote, onKnown }: Required<Pick<ReadingHooks, 'onNote' | 'onKnown'>>,
): (record: number, name: string) => void {
  const before = new Set(inProject);
  const recordOf = new Map<string, number>();
  return (record, name) => {
    const first = recordOf.get(name);
    recordOf.set(name, first ?? record);
    if (first !== undefined)
      onNote(name, `record ${record} is another record of this video (the first is record ${first}); each becomes a video of its own`);
    if (before.has(name))
      onKnown(name, first === undefined ? `the project already has a video with this name; record ${record} becomes another one` : null);
  };
}
