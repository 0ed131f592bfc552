import { stat } from 'node:fs/promises';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { HistoryService } from '#core/project/history/history-service.ts';
import type { Clock } from '#core/base/host.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import { createAllOrNothing } from '#core/exchange/imports/all-or-nothing.ts';
import type { ImportedVideo } from '#core/exchange/formats/format.ts';
import { UnusableRecord } from '#core/exchange/formats/shot2story-record.ts';
import {
  createImportTally,
  type DatasetImportCounts,
  type ImportTally,
  readImportCheckpoint,
} from '#core/exchange/imports/import-tally.ts';
import { describeMisfit } from '#core/exchange/imports/imported-video.ts';
import { fileStamp } from '#core/exchange/imports/file-seal.ts';
import { clockOfFile, type MeasuredFile } from '#core/exchange/imports/measure-file.ts';
import { type DataSetChoice, openDataSet, type ReadingHooks } from '#core/exchange/imports/open-data-set.ts';
import { createRecordStore, groupOf, type ImportTarget } from '#core/exchange/imports/store-records.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { NotWantedError } from '#core/jobs/stop-reason.ts';

export interface DatasetImport extends DataSetChoice {
  /** Texts count as accepted and cuts as confirmed; else they are drafts of their source. */
  readonly isReviewed: boolean;
  /** One record that cannot be used, and nothing is imported. */
  readonly isAllOrNothing: boolean;
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
  readonly stamp: string;
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
 * cannot be used is listed and does not stop the others, unless all or nothing was asked for. All of it is one undo step, or a few where it is very long. An interrupted import goes on with the record after
 * the last one that was dealt with; one that fails or is cancelled says what stayed.
 */
export function createDatasetImport(parts: DatasetImportParts) {
  async function run(context: DatasetImportContext, params: DatasetImport): Promise<DatasetImportResult> {
    for (const place of [params.file, params.mediaFolder]) if (place !== null) parts.places.requireChosen(place, 'reading');
    const onOpenNotes: [string, string][] = [];
    const opened = await openDataSet(parts, params, {
      signal: context.signal,
      onNote: (where, reason) => onOpenNotes.push([where, reason]),
    });
    const { licenceNote } = opened.importer;
    const stamp = fileStamp(await stat(params.file));
    const whole = params.isAllOrNothing ? createAllOrNothing(parts, context, opened) : null;
    const saved = stillThere(context, whole);
    await whole?.readFirst(saved);
    const tally = createImportTally(saved, whole?.digest());
    for (const [where, reason] of onOpenNotes) tally.addNote(where, reason);
    const result = (): DatasetImportResult => ({ ...tally.result(), licenceNote, stamp });
    try {
      const hooks = {
        signal: context.signal,
        onNote: tally.addNote,
        onRefused: tally.refuse,
        onFraction: whole?.onFraction ?? ((fraction) => context.progress('read', fraction)),
        ...(whole !== null && { through: whole.through }),
      } satisfies ReadingHooks;
      await importRecords({ context, params, tally, opened, hooks, afterEach: whole?.requireNoneRefused ?? (() => undefined) });
    } catch (error) {
      if (whole !== null) throw whole.takenBack(error, tally);
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

  /** Which of the steps of history that the records share are in the project. */
  function stepsThere(context: DatasetImportContext, count: number): boolean[] {
    return Array.from({ length: count }, (_, index) => parts.history.isThere(context.actor, groupOf(context, index + 1)));
  }

  /**
   * What an earlier run left; after an undo nothing of it is in the project, and the import begins anew.
   * @throws NotWantedError where only some of its steps were undone: what is missing would be neither there nor imported
   */
  function stillThere(context: DatasetImportContext, whole: Pick<ReturnType<typeof createAllOrNothing>, 'takeBack'> | null) {
    const saved = readImportCheckpoint(context.savedCheckpoint);
    const steps = saved === null ? [] : stepsThere(context, saved.part?.number ?? 1);
    if (!steps.includes(false)) return saved;
    if (!steps.includes(true)) return null;
    whole?.takeBack(steps.length);
    throw undone(whole === null);
  }

  /** Asked right before records are stored, with nothing in between: whoever undoes an import wants no more of it. */
  function requireWanted({ context, params, tally }: Pick<Importing, 'context' | 'params' | 'tally'>): void {
    const steps = tally.hasImported() ? stepsThere(context, tally.parts()) : [];
    if (!steps.includes(false)) return;
    tally.cutOff(steps.indexOf(false) + 1);
    // Of an import of all or nothing the rest goes, too.
    throw undone(steps.includes(true) && !params.isAllOrNothing);
  }

  async function importRecords({ context, params, tally, opened, hooks, afterEach }: Importing): Promise<void> {
    const stillWanted = (): void => requireWanted({ context, params, tally });
    const store = createRecordStore(parts, { context, params, tally }, stillWanted);
    let namesakeNote: string | null = null;
    const onKnown = (_name: string, note: string | null): void => void (namesakeNote = note);
    try {
      for await (const { record, lastRecord, video } of opened.records({ ...hooks, onKnown })) {
        const said = namesakeNote;
        namesakeNote = null;
        const file = opened.files.of(video.name, (reason) => tally.addNote(video.name, reason));
        if (record > tally.recordsDone) {
          const seen = file === undefined ? null : await opened.measure(file);
          // What cannot be read is kept all the same, without its file.
          if (seen instanceof AppError) tally.addNote(video.name, seen.message);
          const measured = seen instanceof AppError ? null : seen;
          const timed = measured === null ? video : inFrames(video, measured, tally);
          if (timed instanceof UnusableRecord) {
            // What was read before it is stored first: an import that goes on behind that meets it once.
            store.addWaiting();
            tally.refuseStored({ record, name: video.name, reason: timed.message });
          } else {
            const misfit = measured === null ? null : describeMisfit(timed.shots, measured.probe.frameCount);
            if (misfit !== null) tally.addNote(video.name, misfit.note);
            const found = { measured: misfit === null ? measured : null, missingReason: misfit?.reason };
            store.add({ record, lastRecord, video: timed, ...found, namesakeNote: said });
          }
        } else tally.reached(lastRecord);
        afterEach(tally);
      }
    } catch (error) {
      // The file may be broken behind them; they are good.
      if (!context.signal.aborted && !(error instanceof NotWantedError)) store.addWaiting();
      throw error;
    }
    if (!context.signal.aborted) store.addWaiting();
    stillWanted();
    afterEach(tally);
  }

  return run;
}

/** With its shots by the frames of its file, where they were given in seconds. */
function inFrames(video: ImportedVideo, measured: MeasuredFile, { addNote }: Pick<ImportTally, 'addNote'>): ImportedVideo | UnusableRecord {
  if (video.shotsBy === undefined) return video;
  try {
    return { ...video, shots: video.shotsBy(clockOfFile(measured), (reason) => addNote(video.name, reason)) };
  } catch (error) {
    if (error instanceof UnusableRecord) return error;
    throw error;
  }
}

function undone(isPartThere: boolean): NotWantedError {
  return new NotWantedError(words(isPartThere ? 'exchange.importPartlyUndone' : 'exchange.importUndone'));
}

interface Importing extends ImportTarget {
  readonly context: DatasetImportContext;
  readonly params: DatasetImport;
  readonly opened: Awaited<ReturnType<typeof openDataSet>>;
  readonly hooks: ReadingHooks;
  /** May end the import. */
  afterEach(tally: ImportTarget['tally']): void;
}
