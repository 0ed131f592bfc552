import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { spritesDir } from '#core/media/media-cache.ts';
import { makeSprites } from '#core/media/thumbnails.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { thumbnailsStep } from '#shared/steps/thumbnails.ts';
import type { StepJob } from '../step-room.ts';
import { VideoParams } from '../video-job.ts';

interface ThumbnailsParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly ffmpeg: Ffmpeg;
  readonly events: EventBus;
}

/** Thumbnail sheets for the timeline; a cache that can be made again. */
export function thumbnailsJobKind(parts: ThumbnailsParts): StepJob<typeof thumbnailsStep, typeof VideoParams> {
  async function run(context: JobContext, { videoId }: VideoParams): Promise<{ tileCount: number }> {
    const { probe } = parts.videos.get(videoId);
    const clock = parts.videos.clock(videoId);
    if (probe === null) return { tileCount: 0 };
    const source = await parts.videos.openSource(videoId);
    const sprite = await makeSprites({
      ffmpeg: parts.ffmpeg,
      path: source.path,
      requireUnchanged: source.requireUnchanged,
      display: probe,
      clock,
      outDir: spritesDir(parts.project.session().cacheDir, videoId),
      signal: context.signal,
      onProgress: (fraction) => context.progress('draw', fraction),
    });
    parts.events.emit('changed', { table: 'media', videoId });
    return { tileCount: sprite.tileCount };
  }

  return { kind: 'thumbnails', lane: 'ffmpeg', paramsSchema: VideoParams, stages: [{ name: 'draw', weight: 1 }], run };
}
