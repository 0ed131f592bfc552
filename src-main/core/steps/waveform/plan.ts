import { waveformStep } from '#shared/steps/waveform.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';
import { videoJob, type VideoParams } from '../video-job.ts';

/** Peaks of the audio for the timeline, while its shots are being found. */
export const waveformPlan: StepPlan<typeof waveformStep> = {
  step: waveformStep,
  job: ({ videoId }, context) => videoJob<VideoParams>(words('titles.waveform', { video: context.video(videoId).name }), { videoId }),
  forVideos: {
    place: 'beside',
    // They are drawn once, after the video was measured.
    lacks: (video) => !video.isMeasured,
  },
};
