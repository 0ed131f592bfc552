import path from 'node:path';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { Importer } from '#core/exchange/formats/format.ts';
import { findImporter } from '#core/exchange/formats/registry.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { HistoryService } from '#core/project/history/history-service.ts';
import type { Clock } from '#core/base/host.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { fileKindOf } from '#shared/domain/file-kinds.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import { createImportTally, type DatasetImportCounts, readImportCheckpoint } from '#core/exchange/imports/import-tally.ts';
import { describeMisfit, type MeasuredFile } from '#core/exchange/imports/imported-video.ts';
import { createRecordStore, groupOf, type ImportTarget } from '#core/exchange/imports/store-records.ts';
import { readBytes, readText } from '#core/exchange/imports/read-data-set.ts';
import { readFolder } from '#core/exchange/imports/read-folder.ts';
import { findMediaFiles, mediaFilesAmong, type MediaFiles } from '#core/exchange/imports/media-files.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';

export interface DatasetImport {
  readonly formatId: string;
  /** The file, or the folder where the format reads one. */
  readonly file: string;
  /** Folder in which the videos of the data set are looked for by name; null: among the person's own uploads and those of the project. What is not found stays missing until it is pointed at. */
  readonly mediaFolder: string | null;
  /** Whose uploads; null: of whoever is at this machine. */
  readonly sender: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  /** Texts count as accepted and cuts as confirmed; else they are drafts of their source. */
  readonly isReviewed: boolean;
}

export interface DatasetImportParts {
  readonly history: HistoryService;
  readonly videos: VideosService;
  readonly ffmpeg: Ffmpeg;
  readonly grants: Pick<FileGrants, 'release' | 'sentBy'>;
  readonly places: Pick<ChosenPlaces, 'requireChosen'>;
  readonly clock: Clock;
}

export interface DatasetImportResult extends DatasetImportCounts {
  readonly licenceNote: string | null;
}

/** Of the job that imports: what it saved and where it reports how far it is. */
export interface DatasetImportContext extends Pick<
  JobContext,
  'jobId' | 'actor' | 'signal' | 'savedCheckpoint' | 'progress' | 'checkpoint' | 'soFar'
> {
  /** Called for each video whose file was found: its pictures and waveform can be made. */
  onMeasured(videoId: VideoId): void;
}

/**
 * Reads annotations into the project, record by record: its file is measured, then shots, texts and speech are added. A record that
 * cannot be used is listed and does not stop the others. All of it is one undo step, or a few where it is very long. An interrupted import goes on with the record after
 * the last one that was dealt with; one that fails or is cancelled says what stayed.
 */
export function createDatasetImport(parts: DatasetImportParts) {
  async function run(context: DatasetImportContext, params: DatasetImport): Promise<DatasetImportResult> {
    for (const place of [params.file, params.mediaFolder]) if (place !== null) parts.places.requireChosen(place, 'reading');
    const importer = findImporter(params.formatId);
    const tally = createImportTally(stillThere(context));
    const result = (): DatasetImportResult => ({ ...tally.result(), licenceNote: importer.licenceNote });
    try {
      await importRecords({ context, params, importer, tally });
    } catch (error) {
      context.soFar({ ...result() });
      if (error instanceof AppError && error.code === 'invalid-input')
        throw new AppError('invalid-input', words('exchange.importStopped', { problem: error.words, stayed: tally.whatStayed() }), {
          cause: error,
        });
      throw error;
    }
    parts.grants.release(params.file);
    return result();
  }

  /** Without a folder, only what the person sent, or the project has already: the uploads of others, and of other projects, are none of theirs. */
  async function ownUploads(sender: string | null): Promise<MediaFiles> {
    const ofProject = parts.videos.uploads();
    const sent = (await parts.grants.sentBy(sender)).filter((file) => fileKindOf(file) === 'video');
    return mediaFilesAmong([...new Set([...ofProject, ...sent])], path.basename);
  }

  /** What an earlier run left; after an undo nothing of it is in the project, and the import begins anew. */
  function stillThere(context: DatasetImportContext) {
    const saved = readImportCheckpoint(context.savedCheckpoint);
    return parts.history.isApplied(context.actor, groupOf(context)) ? saved : null;
  }

  async function importRecords({ context, params, importer, tally }: Importing): Promise<void> {
    const options: unknown = importer.optionsSchema.parse(params.options);
    const onNote = tally.addNote;
    const noteNamesake = namesakes(parts.videos.names(), onNote);
    const folders = [params.mediaFolder, importer.isFolder ? params.file : null].filter((folder) => folder !== null);
    const files = folders.length === 0 ? await ownUploads(params.sender) : await findMediaFiles(folders, onNote);
    const sourceOf = files.calledSo;
    const chunks = readerOf(importer)(params.file, (fraction) => context.progress('read', fraction));
    const onRefused = tally.refuse;
    const store = createRecordStore(parts, { context, params, tally });
    try {
      for await (const { record, lastRecord, video } of importer.parse(chunks, {
        options,
        signal: context.signal,
        onNote,
        onRefused,
        sourceOf,
      })) {
        context.signal.throwIfAborted();
        noteNamesake(record, video.name);
        const file = files.of(video.name, (reason) => onNote(video.name, reason));
        if (record > tally.recordsDone) {
          const measured = await measure(file, context, (reason) => onNote(video.name, reason));
          const misfit = measured === null ? null : describeMisfit(video.shots, measured.probe.frameCount);
          if (misfit !== null) onNote(video.name, misfit.note);
          store.add({ record, lastRecord, video, measured: misfit === null ? measured : null, missingReason: misfit?.reason });
        } else tally.reached(lastRecord);
      }
    } finally {
      // The file may be broken behind them; they are good.
      if (!context.signal.aborted) store.addWaiting();
    }
  }

  /** Null when the file was not found or cannot be read: the annotations are kept all the same. */
  async function measure(
    file: string | undefined,
    context: DatasetImportContext,
    onProblem: (reason: string) => void,
  ): Promise<MeasuredFile | null> {
    if (file === undefined) return null;
    try {
      const print = await parts.videos.fingerprint(file);
      const { probe, ptsUs } = await probeVideo({ ffmpeg: parts.ffmpeg, path: file, signal: context.signal });
      if ((await parts.videos.fingerprint(file)) !== print) throw new AppError('media-missing', words('exchange.fileChanged'));
      return { path: file, fingerprint: print, probe, ptsUs };
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
      onProblem(error.message);
      return null;
    }
  }

  return run;
}

function readerOf({ isFolder, isBinary }: Importer): typeof readText {
  if (isFolder) return readFolder;
  return isBinary ? readBytes : readText;
}

interface Importing extends ImportTarget {
  readonly context: DatasetImportContext;
  readonly params: DatasetImport;
  readonly importer: Importer;
}

/** Reports when a video has a record already: its rows would count twice in whatever is made of the project. */
function namesakes(inProject: readonly string[], onNote: (where: string, reason: string) => void): (record: number, name: string) => void {
  const before = new Set(inProject);
  const recordOf = new Map<string, number>();
  return (record, name) => {
    const first = recordOf.get(name);
    recordOf.set(name, first ?? record);
    if (first !== undefined)
      onNote(
        name,
        `record ${record} is another record of this video (the first is record ${first}); both were imported as separate videos`,
      );
    else if (before.has(name))
      onNote(name, `the project already had a video with this name; record ${record} was imported as a separate video`);
  };
}
