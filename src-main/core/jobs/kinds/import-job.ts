import { z } from 'zod';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import type { ShotsService } from '#core/shots/shots-service.ts';
import type { VideosService } from '#core/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { VideoId } from '#shared/domain/ids.ts';
import type { JobContext, JobDefinition } from '../job-definition.ts';

export const ImportParams = z.object({ videoId: VideoId });

export interface ImportParts {
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly ffmpeg: Ffmpeg;
}

/** Measures a new video: what it is, how many frames it has and when each begins. A broken one is marked with the reason. */
export function importJobKind({ videos, shots, ffmpeg }: ImportParts): JobDefinition<typeof ImportParams> {
  async function run(context: JobContext, { videoId }: z.infer<typeof ImportParams>): Promise<Record<string, unknown>> {
    try {
      const { probe, ptsUs } = await probeVideo({
        ffmpeg,
        path: videos.pathOf(videoId),
        signal: context.signal,
        onProgress: (fraction) => context.progress('measure', fraction),
      });
      videos.setProbe(videoId, probe, ptsUs);
      shots.ensureTiled(videoId, context.actor);
      return { frameCount: probe.frameCount, durationUs: probe.durationUs };
    } catch (error) {
      if (error instanceof AppError && (error.code === 'media-corrupt' || error.code === 'media-missing'))
        videos.setState(videoId, error.code === 'media-missing' ? 'missing' : 'corrupt', error.message);
      throw error;
    }
  }

  return { kind: 'import', lane: 'ffmpeg', paramsSchema: ImportParams, stages: [{ name: 'measure', weight: 1 }], run };
}
