import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { openRegularFile } from '#core/files/regular-file.ts';
import type { ImportedVideo } from '#core/formats/format.ts';
import { findImporter } from '#core/formats/registry.ts';
import type { HistoryService } from '#core/history/history-service.ts';
import type { Clock } from '#core/host.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import { fingerprint, findVideos } from '#core/videos/video-files.ts';
import type { VideosService } from '#core/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { addImportedVideo, type MeasuredFile } from '../imported-video.ts';
import type { JobContext, JobDefinition } from '../job-definition.ts';

export const ImportDatasetParams = z.object({
  formatId: z.string(),
  file: z.string(),
  /** Folder in which the videos of the data set are looked for by name; null: among those uploaded earlier. What is not found stays missing until it is pointed at. */
  mediaFolder: z.string().nullable(),
  options: z.record(z.string(), z.unknown()),
});
type ImportDatasetParams = z.infer<typeof ImportDatasetParams>;

const Checkpoint = z.object({ videosDone: z.int() }).nullable().catch(null);

const MAX_NOTES = 200;

export interface ImportDatasetParts {
  readonly history: HistoryService;
  readonly videos: VideosService;
  readonly ffmpeg: Ffmpeg;
  readonly clock: Clock;
  /** Where a browser's uploads lie. */
  readonly uploadsDir: string;
  /** Queues pictures and waveforms of the videos whose files were found. */
  onMeasured(videoIds: readonly VideoId[], actor: string): void;
}

/**
 * Reads annotations into the project, one video at a time: its file is measured, then shots, texts and speech are added. All of it is one
 * undo step. An interrupted import goes on with the video after the last one that was stored.
 */
export function importDatasetJobKind(parts: ImportDatasetParts): JobDefinition<typeof ImportDatasetParams> {
  async function run(context: JobContext, params: ImportDatasetParams): Promise<Record<string, unknown>> {
    const importer = findImporter(params.formatId);
    const options: unknown = importer.optionsSchema.parse(params.options);
    const notes: string[] = [];
    const onNote = (where: string, reason: string): void => {
      if (notes.length < MAX_NOTES) notes.push(`${where}: ${reason}`);
    };
    const files = await indexByName(params.mediaFolder ?? parts.uploadsDir);
    const alreadyDone = Checkpoint.parse(context.savedCheckpoint)?.videosDone ?? 0;
    const counts = { videos: 0, shots: 0, texts: 0, missingFiles: 0 };
    const chunks = readText(params.file, (fraction) => context.progress('read', fraction));
    for await (const video of importer.parse(chunks, { options, signal: context.signal, onNote })) {
      context.signal.throwIfAborted();
      if (counts.videos >= alreadyDone) {
        const measured = await measure(files.get(video.name), context, (reason) => onNote(video.name, reason));
        store(video, measured, context, { onNote, videosDone: counts.videos + 1 });
        if (measured === null) counts.missingFiles++;
      }
      counts.videos++;
      counts.shots += video.shots.length;
      counts.texts += textCount(video);
    }
    return { ...counts, notes, licenceNote: importer.licenceNote };
  }

  /** Null when the file was not found or cannot be read: the annotations are kept all the same. */
  async function measure(file: string | undefined, context: JobContext, onProblem: (reason: string) => void): Promise<MeasuredFile | null> {
    if (file === undefined) return null;
    try {
      const print = await fingerprint(file);
      const { probe, ptsUs } = await probeVideo({ ffmpeg: parts.ffmpeg, path: file, signal: context.signal });
      if ((await fingerprint(file)) !== print) throw new AppError('media-missing', 'The file was changed while it was measured. Point the video at it once it is complete.');
      return { path: file, fingerprint: print, probe, ptsUs };
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
      onProblem(error.message);
      return null;
    }
  }

  interface Storing {
    readonly videosDone: number;
    onNote(where: string, reason: string): void;
  }

  function store(video: ImportedVideo, measured: MeasuredFile | null, context: JobContext, { videosDone, onNote }: Storing): void {
    const videoId = VideoId.parse(crypto.randomUUID());
    const step = { actor: context.actor, label: 'Import a data set', videoId: null, group: { key: `job:${context.jobId}`, joins: 'always' as const }, isBackground: true };
    const nowMs = parts.clock.nowMs();
    parts.history.record(step, (db) => {
      addImportedVideo(db, { videoId, video, measured, actor: context.actor, jobId: context.jobId, nowMs, onNote: (reason) => onNote(video.name, reason) });
      // In the same transaction: a crash can neither lose nor double a video.
      context.checkpoint({ videosDone });
    });
    if (measured === null) return;
    parts.videos.setProbe(videoId, measured.probe, measured.ptsUs);
    parts.onMeasured([videoId], context.actor);
  }

  return { kind: 'import-dataset', lane: 'ffmpeg', paramsSchema: ImportDatasetParams, stages: [{ name: 'read', weight: 1 }], run };
}

function textCount(video: ImportedVideo): number {
  const texts = [video.summary, ...video.shots.flatMap((shot) => [shot.visual, shot.narration])];
  return texts.filter((text) => text !== '').length;
}

async function indexByName(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = existsSync(folder) ? await findVideos(folder) : [];
  return new Map(found.map((file) => [path.basename(file), file]));
}

async function* readText(file: string, onFraction: (fraction: number) => void): AsyncGenerator<string> {
  const opened = await openRegularFile(file);
  const { size } = await opened.stat();
  let readBytes = 0;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of opened.createReadStream() as AsyncIterable<Buffer>) {
      readBytes += chunk.length;
      yield decoder.decode(chunk, { stream: true });
      onFraction(readBytes / Math.max(1, size));
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new AppError('invalid-input', `${path.basename(file)} is not UTF-8 text, so it cannot be a data set. Nothing was changed.`, { cause: error });
    throw error;
  }
}
