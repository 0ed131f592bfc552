import path from 'node:path';
import type { z } from 'zod';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import { requireExportPlace } from '#core/base/files/make-folder.ts';
import { writeClips } from '#core/media/clip-writer.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { clipsFolder } from '#core/project/clips/clip-places.ts';
import { clipSource } from '#core/project/clips/clip-source.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { CLIPS_ARCHIVE } from '#shared/contract/media-urls.ts';
import type { clipsStep } from '#shared/steps/clips.ts';
import { plain, words } from '#shared/words/words.ts';
import type { ExportedFiles } from '#core/project/exported/exported-files.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { StepJob } from '../step-room.ts';
import { ClipsParams } from './plan.ts';

export interface ClipsParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly ffmpeg: Ffmpeg;
  readonly places: Pick<ChosenPlaces, 'requireChosen'>;
  readonly exportedFiles: ExportedFiles;
  readonly parallel: number;
  /** Of the person, for folders that they choose. */
  readonly umask?: number | undefined;
}

type ClipsResult = z.output<typeof clipsStep.result>;

/** Results go to every client with each list of jobs. */
const MAX_NOTES = 100;

function furtherFailed(count: number): ClipsResult['problems'][number] {
  return { where: '…', code: 'media-corrupt', reason: words('steps.moreFailed', { count }) };
}

/** Writes one video file per shot. Clips that exist are kept, so an interrupted run goes on; problems are listed and the rest is written. */
export function clipsJobKind(parts: ClipsParts): StepJob<typeof clipsStep, typeof ClipsParams> {
  async function run(context: JobContext, params: ClipsParams): Promise<ClipsResult> {
    if (params.folder !== null) parts.places.requireChosen(params.folder, 'writing');
    const folder = params.folder ?? clipsFolder(parts.project.session().exportsDir);
    requireExportPlace(folder);
    const fileBases = parts.videos.keepFileBases();
    const shotsOf = params.videoIds.map((videoId) => ({ videoId, shots: parts.shots.list(videoId) }));
    const total = shotsOf.reduce((sum, { shots }) => sum + shots.length, 0);
    const problems: ClipsResult['problems'] = [];
    const notes: ClipsResult['notes'] = [];
    let first: { readonly where: string; readonly error: AppError } | undefined;
    let failed = 0;
    let unlisted = 0;
    const clips = new Set<string>();
    let written = 0;
    let kept = 0;
    const noteProblem = (where: string, error: AppError): void => {
      failed++;
      if (problems.length < MAX_NOTES) problems.push({ where, code: error.code, reason: error.words });
      first ??= { where, error };
    };
    const noteClips = (): typeof CLIPS_ARCHIVE | null => {
      const archive = clips.size === 0 ? null : CLIPS_ARCHIVE;
      parts.exportedFiles.note({ jobId: context.jobId, folder: path.resolve(folder), files: [...clips].sort(), archive });
      return archive;
    };
    for (const { videoId, shots } of shotsOf) {
      const { name, probe } = parts.videos.get(videoId);
      try {
        if (probe === null) throw new AppError('media-missing', words('steps.itIsNotAnalysed'));
        await writeClips({
          ...(await clipSource(parts.videos, { videoId, probe, clock: parts.videos.clock(videoId) })),
          ffmpeg: parts.ffmpeg,
          clipBaseName: fileBases.get(videoId) ?? name,
          shots,
          outDir: folder,
          mode: params.mode,
          parallel: parts.parallel,
          umask: params.folder === null ? undefined : parts.umask,
          signal: context.signal,
          onClip(clip) {
            if (clip.state !== 'failed') clips.add(clip.file);
            for (const reason of clip.state === 'failed' ? [] : clip.notes) {
              if (notes.length < MAX_NOTES) notes.push({ where: clip.file, reason: plain(reason) });
              else unlisted++;
            }
            if (clip.state === 'written') written++;
            else if (clip.state === 'kept') kept++;
            else noteProblem(clip.file, new AppError('media-corrupt', clip.reason));
            context.progress('write', (written + kept + failed) / Math.max(1, total));
          },
        });
      } catch (error) {
        // One video's trouble must not cost the others their clips; a stop or a full disk concerns them all.
        if (!(error instanceof AppError) || error.code === 'cancelled' || error.code === 'disk-full') {
          noteClips();
          throw error;
        }
        noteProblem(name, error);
      }
    }
    if (first !== undefined && written + kept === 0)
      throw new AppError(first.error.code, words('steps.noClip', { where: first.where, reason: first.error.words }));
    return {
      folder: path.resolve(folder),
      archive: noteClips(),
      written,
      kept,
      problems: failed > problems.length ? [...problems, furtherFailed(failed - problems.length)] : problems,
      notes: unlisted > 0 ? [...notes, { where: '…', reason: words('steps.moreNotes', { count: unlisted }) }] : notes,
    };
  }

  return { kind: 'clips', lane: 'ffmpeg', paramsSchema: ClipsParams, stages: [{ name: 'write', weight: 1 }], run };
}
