import path from 'node:path';
import { type WritableDb, sqliteCode } from '#core/base/db/database.ts';
import type { Clock } from '#core/base/host.ts';
import type { ImportedRecord, ImportedVideo } from '#core/exchange/formats/format.ts';
import { type ImportTally, weightOf } from '#core/exchange/imports/import-tally.ts';
import { addImportedVideos, type ImportedVideoInput } from '#core/exchange/imports/imported-video.ts';
import { sortSameVideos } from '#core/exchange/imports/give-way.ts';
import type { MeasuredFile } from '#core/exchange/imports/measure-file.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { HistoryService } from '#core/project/history/history-service.ts';
import { requireRoomForSpeech, requireRoomForTexts, requireRoomForVideos } from '#core/project/room.ts';
import type { SameFile } from '#core/project/videos/same-file.ts';
import { deleteVideo } from '#core/project/videos/video-repository.ts';
import { newImportedVideoId } from '#core/project/videos/imported-ids.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { words, type Words } from '#shared/words/words.ts';

export interface RecordStoreParts {
  readonly history: HistoryService;
  readonly videos: Pick<VideosService, 'setProbe' | 'ofFile'>;
  readonly clock: Clock;
}

/** Where records go, and what counts them. */
export interface ImportTarget {
  readonly context: Pick<JobContext, 'jobId' | 'actor' | 'checkpoint'> & { onMeasured(videoId: VideoId): void };
  readonly params: { readonly formatId: string; readonly file: string; readonly isReviewed: boolean; readonly keepsOthers?: boolean };
  readonly tally: ImportTally;
}

export interface StoredRecord extends Pick<ImportedRecord, 'record' | 'lastRecord'> {
  readonly video: ImportedVideo;
  readonly measured: MeasuredFile | null;
  readonly missingReason: Words | undefined;
  /** Said where the project had a video of its name before, and that stays. */
  readonly namesakeNote: string | null;
}

/** A record with the videos that give way to it. */
interface PlacedRecord {
  readonly stored: StoredRecord;
  readonly gone: readonly SameFile[];
}

/** So long one transaction may take, in which nobody else is served. */
const TOGETHER_MS = 30;
/** How much is stored at once: at first, and when the disk is slow or quick. */
const TOGETHER_WEIGHT = { first: 400, least: 300, most: 3_000 };
/** A record that was read waits no longer than this for others: where each has a file to be measured, they come slowly. */
const WAIT_MS = 1_000;
/** A video of this weight has a fiftieth of the texts and the speech that a video has room for. */
const LIGHT = 2_000;

/**
 * Takes records into the project: many in one transaction, for to commit takes longer than to write a record.
 * @param beforeStoring called right before each, with nothing in between; what it throws keeps the records out
 */
export function createRecordStore(
  { history, videos, clock }: RecordStoreParts,
  { context, params, tally }: ImportTarget,
  beforeStoring: () => void,
) {
  const source = { format: params.formatId, file: path.basename(params.file) };
  let waiting: StoredRecord[] = [];
  let weight = 0;
  let waitingSinceMs = 0;
  let weightTogether = TOGETHER_WEIGHT.first;

  /** Writes records that share an undo step. Part of a transaction. */
  function write(records: readonly PlacedRecord[], part: number): VideoId[] {
    const nowMs = clock.nowMs();
    const inputs = records.map(({ stored: record }): ImportedVideoInput => {
      return {
        videoId: newImportedVideoId(nowMs),
        video: record.video,
        measured: record.measured,
        missingReason: record.missingReason,
        actor: context.actor,
        jobId: context.jobId,
        source,
        isReviewed: params.isReviewed,
        onNote: (reason) => tally.addNote(record.video.name, reason),
      };
    });
    const step = {
      actor: context.actor,
      label: words('edits.importDataset'),
      videoId: null,
      group: { key: groupOf(context, part), joins: 'always' as const },
      isBackground: true,
    };
    history.recordAdds(step, (db) => {
      requireRoomForVideos(db, inputs.length);
      addImportedVideos(db, inputs, nowMs);
      for (const { videoId, video, measured } of inputs) {
        if (weightOf(video) > LIGHT) requireRoomFor(db, videoId);
        if (measured !== null) videos.setProbe(videoId, measured.probe, measured.ptsUs);
      }
    });
    const gone = records.flatMap((record) => record.gone);
    if (gone.length > 0)
      history.record(step, (db) => {
        for (const { videoId } of gone) deleteVideo(db, videoId);
      });
    return inputs.filter(({ measured }) => measured !== null).map(({ videoId }) => videoId);
  }

  /** Finds the videos that give way to records, each to the first one. Others that stay are noted. Part of a transaction. */
  function placed(records: readonly StoredRecord[]): PlacedRecord[] {
    const taken = new Set<VideoId>();
    return records.map((stored) => {
      const { video, measured, namesakeNote } = stored;
      const same = measured === null ? [] : videos.ofFile(measured.path, measured.fingerprint);
      const { givingWay, notes } = sortSameVideos(same, params.keepsOthers === true ? context.actor : null);
      const gone = givingWay.filter(({ videoId }) => !taken.has(videoId));
      for (const { videoId } of gone) taken.add(videoId);
      for (const note of notes) tally.addNote(video.name, note);
      if (namesakeNote !== null && notes.length === 0 && !gone.some(({ name }) => name === video.name))
        tally.addNote(video.name, namesakeNote);
      return { stored, gone };
    });
  }

  /** All or, with an error, none. */
  function storeAll(records: readonly StoredRecord[]): VideoId[] {
    const measured: VideoId[] = [];
    history.recordTogether(() => {
      const parts = Map.groupBy(placed(records), ({ stored, gone }) => tally.count(stored.video, stored.measured !== null, gone));
      for (const [part, ofPart] of parts) measured.push(...write(ofPart, part));
      // In the same transaction: a crash can neither lose nor double a video.
      context.checkpoint(tally.checkpoint(records.at(-1)?.record ?? 0));
    });
    return measured;
  }

  /** One of them is at fault: the others are stored without it. */
  function storeEach(records: readonly StoredRecord[]): VideoId[] {
    const measured: VideoId[] = [];
    history.recordTogether(() => {
      for (const record of records) {
        const takeBack = tally.mark();
        try {
          for (const { stored, gone } of placed([record]))
            measured.push(...write([{ stored, gone }], tally.count(stored.video, stored.measured !== null, gone)));
        } catch (error) {
          const reason = refusalOf(error);
          if (reason === null) throw error;
          takeBack();
          tally.refuseStored({ record: record.record, name: record.video.name, reason });
        }
      }
      context.checkpoint(tally.checkpoint(records.at(-1)?.record ?? 0));
    });
    return measured;
  }

  /** Where that fails as a whole, none of these records is in the project, and none counts. */
  function store(records: readonly StoredRecord[]): VideoId[] {
    const takeBack = tally.mark();
    const taken = (storing: (records: readonly StoredRecord[]) => VideoId[]): VideoId[] => {
      try {
        return storing(records);
      } catch (error) {
        takeBack();
        throw error;
      }
    };
    try {
      return taken(storeAll);
    } catch (error) {
      if (refusalOf(error) === null) throw error;
      return taken(storeEach);
    }
  }

  function addWaiting(): void {
    if (waiting.length === 0) return;
    beforeStoring();
    const [records, startedMs] = [waiting, performance.now()];
    const stored = weight;
    [waiting, weight] = [[], 0];
    const measured = store(records);
    for (const { lastRecord } of records) tally.reached(lastRecord);
    for (const videoId of measured) context.onMeasured(videoId);
    const fitting = (stored * TOGETHER_MS) / Math.max(1, performance.now() - startedMs);
    // Half of it: one slow commit says little of the next one.
    weightTogether = Math.min(TOGETHER_WEIGHT.most, Math.max(TOGETHER_WEIGHT.least, (weightTogether + fitting) / 2));
  }

  return {
    /** It is stored with those that follow, once they are enough. */
    add(record: StoredRecord): void {
      const its = weightOf(record.video);
      // A long one does not wait for, nor hold up, those before it.
      if (weight > 0 && weight + its > weightTogether) addWaiting();
      if (waiting.length === 0) waitingSinceMs = performance.now();
      waiting.push(record);
      weight += its;
      if (weight >= weightTogether || performance.now() - waitingSinceMs > WAIT_MS) addWaiting();
    },
    addWaiting,
  };
}

function requireRoomFor(db: WritableDb, videoId: VideoId): void {
  requireRoomForTexts(db, videoId);
  requireRoomForSpeech(db, videoId);
}

/** Of the undo step that the records of a job share. */
export function groupOf({ jobId }: Pick<JobContext, 'jobId'>, part = 1): string {
  return part === 1 ? `job:${jobId}` : `job:${jobId}:${part}`;
}

/** Values that the database does not take, or for which there is no room, are the record's fault; a full or broken disk is not. */
function refusalOf(error: unknown): string | null {
  if (error instanceof AppError && error.code === 'unsupported') return error.message;
  const code = sqliteCode(error);
  const isOfRecord =
    code !== null && ['SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_TOOBIG', 'SQLITE_RANGE'].some((one) => code.startsWith(one));
  return isOfRecord ? `the project cannot hold it (${code})` : null;
}
