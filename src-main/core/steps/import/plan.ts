import { importStep } from '#shared/steps/import.ts';
import { words } from '#shared/words/words.ts';
import { videoJob, type VideoParams } from '../video-job.ts';
import type { StepPlan } from '../step-room.ts';

/** Measures a new video, before everything else. */
export const importPlan: StepPlan<typeof importStep> = {
  step: importStep,
  job: ({ videoId }, context) => videoJob<VideoParams>(words('titles.measure', { video: context.video(videoId).name }), { videoId }),
  forVideos: {
    place: 'first',
    lacks: (video) => !video.isMeasured,
  },
};
