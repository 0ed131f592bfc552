import { thumbnailsStep } from '#shared/steps/thumbnails.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';
import { videoJob, type VideoParams } from '../video-job.ts';

/** Pictures for the timeline, while its shots are being found. */
export const thumbnailsPlan: StepPlan<typeof thumbnailsStep> = {
  step: thumbnailsStep,
  job: ({ videoId }, context) => videoJob<VideoParams>(words('titles.thumbnails', { video: context.video(videoId).name }), { videoId }),
  forVideos: {
    place: 'beside',
    // They are drawn once, after the video was measured.
    lacks: (video) => !video.isMeasured,
  },
};
