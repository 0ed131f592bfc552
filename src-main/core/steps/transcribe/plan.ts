import { z } from 'zod';
import { VideoId } from '#shared/domain/ids.ts';
import { transcribeStep } from '#shared/steps/transcribe.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan, VideoFacts } from '../step-room.ts';
import { AskedAfter } from '../asked-after.ts';
import { videoJob } from '../video-job.ts';

export const TranscribeParams = z.object({
  videoId: VideoId,
  transcriberId: z.string(),
  /** Place among the video's audio tracks, from 0. Null: the one that players choose. */
  track: z.int().nonnegative().nullable(),
  /** Null: found out by listening. */
  language: z.string().nullable(),
  /** Also what was imported or written by a person. */
  replaceAll: z.boolean(),
  /** Part of an import that nobody asked for by name: it leaves videos alone that have a transcript, and its failure holds nothing up. */
  isAutomatic: z.boolean(),
  askedAfter: AskedAfter,
});
export type TranscribeParams = z.infer<typeof TranscribeParams>;

export const transcribePlan: StepPlan<typeof transcribeStep> = {
  step: transcribeStep,
  job({ videoId, transcriberId, track, language, replaceAll, isAutomatic }, { video, settings, askedAfter, audioTrack = null }) {
    const spoken = language ?? settings.speechLanguage;
    return videoJob<TranscribeParams>(words('titles.transcribe', { video: video(videoId).name }), {
      videoId,
      transcriberId: transcriberId ?? settings.transcriberId,
      track: track ?? audioTrack,
      language: spoken === 'auto' ? null : spoken,
      replaceAll,
      isAutomatic,
      askedAfter,
    });
  },
  forVideos: {
    place: 'in-row',
    lacks: (video) => !video.isMeasured || (hasAudio(video) && !video.stepsDone.has(transcribeStep.id)),
  },
};

function hasAudio({ probe }: VideoFacts): boolean {
  return probe !== null && probe.audioTracks.length > 0;
}
