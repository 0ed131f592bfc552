import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { saveWaveform } from '#core/media/media-cache.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { waveformStep } from '#shared/steps/waveform.ts';
import type { StepJob } from '../step-room.ts';
import { VideoParams } from '../video-job.ts';

interface WaveformParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly ffmpeg: Ffmpeg;
  readonly events: EventBus;
}

/** Peaks of the first audio track for the timeline; nothing to do where there is no audio. */
export function waveformJobKind(parts: WaveformParts): StepJob<typeof waveformStep, typeof VideoParams> {
  async function run(context: JobContext, { videoId }: VideoParams): Promise<{ peakCount: number }> {
    const { probe } = parts.videos.get(videoId);
    if (probe === null) return { peakCount: 0 };
    const { cacheDir } = parts.project.session();
    const source = await parts.videos.openSource(videoId);
    let notes: readonly string[] = [];
    const peaks = await source.checked(() =>
      makeWaveform({
        ffmpeg: parts.ffmpeg,
        path: source.path,
        probe,
        signal: context.signal,
        onProgress: (fraction) => context.progress('read-audio', fraction),
        onNotes: (found) => (notes = found),
      }),
    );
    if (peaks !== null) await saveWaveform(cacheDir, videoId, peaks);
    parts.videos.addNotes(videoId, notes);
    parts.events.emit('changed', { table: 'media', videoId });
    return { peakCount: peaks?.length ?? 0 };
  }

  return { kind: 'waveform', lane: 'ffmpeg', paramsSchema: VideoParams, stages: [{ name: 'read-audio', weight: 1 }], run };
}
