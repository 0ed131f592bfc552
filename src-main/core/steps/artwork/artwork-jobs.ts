import { z } from 'zod';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { saveWaveform, spritesDir } from '#core/media/media-cache.ts';
import { makeSprites } from '#core/media/thumbnails.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { VideoId } from '#shared/domain/ids.ts';
import type { JobContext, JobDefinition } from '#core/jobs/job-definition.ts';

export const ArtworkParams = z.object({ videoId: VideoId });
type ArtworkParams = z.infer<typeof ArtworkParams>;

export interface ArtworkParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly ffmpeg: Ffmpeg;
  readonly events: EventBus;
}

/** Thumbnail sheets for the timeline; a cache that can be made again. */
export function thumbnailsJobKind(parts: ArtworkParts): JobDefinition<typeof ArtworkParams> {
  async function run(context: JobContext, { videoId }: ArtworkParams): Promise<Record<string, unknown>> {
    const { probe } = parts.videos.get(videoId);
    const clock = parts.videos.clock(videoId);
    if (probe === null) return {};
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

  return { kind: 'thumbnails', lane: 'ffmpeg', paramsSchema: ArtworkParams, stages: [{ name: 'draw', weight: 1 }], run };
}

/** Peaks of the first audio track for the timeline; nothing to do where there is no sound. */
export function waveformJobKind(parts: ArtworkParts): JobDefinition<typeof ArtworkParams> {
  async function run(context: JobContext, { videoId }: ArtworkParams): Promise<Record<string, unknown>> {
    const { probe } = parts.videos.get(videoId);
    if (probe === null) return {};
    const { cacheDir } = parts.project.session();
    const source = await parts.videos.openSource(videoId);
    let notes: readonly string[] = [];
    const peaks = await source.checked(() =>
      makeWaveform({
        ffmpeg: parts.ffmpeg,
        path: source.path,
        probe,
        signal: context.signal,
        onProgress: (fraction) => context.progress('listen', fraction),
        onNotes: (found) => (notes = found),
      }),
    );
    if (peaks !== null) await saveWaveform(cacheDir, videoId, peaks);
    parts.videos.addNotes(videoId, notes);
    parts.events.emit('changed', { table: 'media', videoId });
    return { peakCount: peaks?.length ?? 0 };
  }

  return { kind: 'waveform', lane: 'ffmpeg', paramsSchema: ArtworkParams, stages: [{ name: 'listen', weight: 1 }], run };
}
