import path from 'node:path';
import { z } from 'zod';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import { writeJsonFile } from '#core/base/files/json-file.ts';
import { writeClips } from '#core/media/clip-writer.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { type ClipPlaces, clipsFolder } from '#core/project/clips/clip-places.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError, type AppErrorCode } from '#shared/contract/errors.ts';
import { CLIPS_ARCHIVE } from '#shared/contract/media-urls.ts';
import { type JobId, VideoId } from '#shared/domain/ids.ts';
import type { JobContext, JobDefinition } from '#core/jobs/job-definition.ts';

export const ClipsParams = z.object({
  videoIds: z.array(VideoId).min(1),
  mode: z.enum(['exact', 'copy']),
  /** Null: the project's own clips folder. */
  folder: z.string().nullable(),
});
type ClipsParams = z.infer<typeof ClipsParams>;

/** What a finished job's archive holds: these files of that folder. In a file of its own, for results go to every client with each list of jobs. */
export const ClipList = z.object({ folder: z.string(), clips: z.array(z.string()) });

export function clipListFile(cacheDir: string, jobId: JobId): string {
  return path.join(cacheDir, 'clip-lists', `${jobId}.json`);
}

export interface ClipsParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly clips: Pick<ClipPlaces, 'remember'>;
  readonly ffmpeg: Ffmpeg;
  readonly grants: Pick<FileGrants, 'requireKept'>;
  readonly parallel: number;
  /** Of the person, for folders that they choose. */
  readonly umask?: number | undefined;
}

interface Problem {
  readonly where: string;
  readonly code: AppErrorCode;
  readonly reason: string;
}

/** Results go to every client with each list of jobs. */
const MAX_NOTES = 100;

/** Writes one video file per shot. Clips that exist are kept, so an interrupted run goes on; problems are listed and the rest is written. */
export function clipsJobKind(parts: ClipsParts): JobDefinition<typeof ClipsParams> {
  async function run(context: JobContext, params: ClipsParams): Promise<Record<string, unknown>> {
    if (params.folder !== null) {
      parts.grants.requireKept(params.folder);
      parts.clips.remember(params.folder);
    }
    const folder = params.folder ?? clipsFolder(parts.project.session().exportsDir);
    const fileBases = parts.videos.keepFileBases();
    const shotsOf = params.videoIds.map((videoId) => ({ videoId, shots: parts.shots.list(videoId) }));
    const total = shotsOf.reduce((sum, { shots }) => sum + shots.length, 0);
    const problems: Problem[] = [];
    const notes: { readonly where: string; readonly reason: string }[] = [];
    let untold = 0;
    const clips = new Set<string>();
    let written = 0;
    let kept = 0;
    for (const { videoId, shots } of shotsOf) {
      const { name, probe } = parts.videos.get(videoId);
      try {
        if (probe === null) throw new AppError('media-missing', 'it has not been measured yet');
        const source = await parts.videos.openSource(videoId);
        await writeClips({
          ffmpeg: parts.ffmpeg,
          path: source.path,
          sourceId: source.fingerprint ?? '',
          requireUnchanged: source.requireUnchanged,
          clipBaseName: fileBases.get(videoId) ?? name,
          probe,
          clock: parts.videos.clock(videoId),
          shots,
          outDir: folder,
          mode: params.mode,
          parallel: parts.parallel,
          umask: params.folder === null ? undefined : parts.umask,
          signal: context.signal,
          onClip(clip) {
            if (clip.state !== 'failed') clips.add(clip.file);
            for (const reason of clip.state === 'failed' ? [] : clip.notes) {
              if (notes.length < MAX_NOTES) notes.push({ where: clip.file, reason });
              else untold++;
            }
            if (clip.state === 'written') written++;
            else if (clip.state === 'kept') kept++;
            else problems.push({ where: clip.file, code: 'media-corrupt', reason: clip.reason });
            context.progress('write', (written + kept + problems.length) / Math.max(1, total));
          },
        });
      } catch (error) {
        // One video's trouble must not cost the others their clips; a stop or a full disk concerns them all.
        if (!(error instanceof AppError) || error.code === 'cancelled' || error.code === 'disk-full') throw error;
        problems.push({ where: name, code: error.code, reason: error.message });
      }
    }
    const [first] = problems;
    if (first !== undefined && written + kept === 0) throw new AppError(first.code, `No clip could be written. First problem: ${first.where}: ${first.reason}`);
    writeJsonFile(clipListFile(parts.project.session().cacheDir, context.jobId), { folder: path.resolve(folder), clips: [...clips].sort() });
    return { folder: path.resolve(folder), archive: clips.size === 0 ? null : CLIPS_ARCHIVE, written, kept, problems, notes: [...notes, ...(untold > 0 ? [`${untold} more notes on other clips`] : [])] };
  }

  return { kind: 'clips', lane: 'ffmpeg', paramsSchema: ClipsParams, stages: [{ name: 'write', weight: 1 }], run };
}
