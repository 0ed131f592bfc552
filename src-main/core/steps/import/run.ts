import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { TranscriptsService } from '#core/project/transcripts/transcripts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError, type AppErrorCode } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { frameToUs, nominalClock } from '#shared/domain/time.ts';
import type { VideoState } from '#shared/domain/video.ts';
import type { importStep } from '#shared/steps/import.ts';
import { words } from '#shared/words/words.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { StepJob } from '../step-room.ts';
import { VideoParams } from '../video-job.ts';

/** What a video is that could not be measured; other errors say nothing about it. */
const UNUSABLE_STATES: Partial<Record<AppErrorCode, VideoState>> = {
  'media-missing': 'missing',
  'media-corrupt': 'corrupt',
  unsupported: 'corrupt',
};

export interface ImportParts {
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly transcripts: TranscriptsService;
  readonly ffmpeg: Ffmpeg;
}

/** Measures a new video: what it is, how many frames it has and when each begins. A broken one is marked with the reason. */
export function importJobKind({ videos, shots, transcripts, ffmpeg }: ImportParts): StepJob<typeof importStep, typeof VideoParams> {
  async function run(context: JobContext, { videoId }: VideoParams): Promise<{ frameCount: number; durationUs: number }> {
    try {
      const source = await videos.openSource(videoId);
      const { probe, ptsUs } = await source.checked(() =>
        probeVideo({ ffmpeg, path: source.path, signal: context.signal, onProgress: (fraction) => context.progress('measure', fraction) }),
      );
      const wasMeasured = videos.get(videoId).probe !== null;
      videos.setProbe(videoId, probe, ptsUs);
      shots.ensureTiled(videoId, context.actor, { isOtherFile: wasMeasured });
      if (!wasMeasured) placeImportedSpeech(videoId, context.actor);
      return { frameCount: probe.frameCount, durationUs: probe.durationUs };
    } catch (error) {
      const state = error instanceof AppError ? UNUSABLE_STATES[error.code] : undefined;
      // A file that is gone or was replaced has been marked already, when it was looked at.
      if (error instanceof AppError && state !== undefined && videos.get(videoId).state !== 'missing')
        videos.setState(videoId, state, error.words);
      throw error;
    }
  }

  /** Speech of a data set was placed by a nominal rate while the file was missing: it moves to the true times of its frames. */
  function placeImportedSpeech(videoId: VideoId, actor: string): void {
    const segments = transcripts.get(videoId);
    if (segments.length === 0) return;
    const clock = videos.clock(videoId);
    const nominal = nominalClock(shots.list(videoId));
    const place = (timeUs: number): number =>
      frameToUs(clock, Math.min(clock.frameCount, Math.round((timeUs * nominal.rate.num) / (nominal.rate.den * 1e6))));
    const moved = segments.map((segment) => ({ ...segment, startUs: place(segment.startUs), endUs: place(segment.endUs) }));
    transcripts.replace(videoId, moved, { actor, label: words('edits.alignSpeech'), isBackground: true });
  }

  return { kind: 'import', lane: 'ffmpeg', paramsSchema: VideoParams, stages: [{ name: 'measure', weight: 1 }], run };
}
