import { z } from 'zod';
import { VideoId } from '#shared/domain/ids.ts';
import { readTextStep, ReadTextTargets } from '#shared/steps/read-text.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';
import { videoJob } from '../video-job.ts';

export const ReadTextParams = z.object({ videoId: VideoId, targets: ReadTextTargets });
export type ReadTextParams = z.infer<typeof ReadTextParams>;

export const readTextPlan: StepPlan<typeof readTextStep> = {
  step: readTextStep,
  job({ videoId, targets }, { video, requireShots }) {
    if ('shotIds' in targets) requireShots(videoId, targets.shotIds);
    return videoJob<ReadTextParams>(words('titles.readText', { video: video(videoId).name }), { videoId, targets });
  },
  forVideos: {
    place: 'in-row',
    // The job itself looks which shots were not read, when those before it have ended.
    lacks: () => true,
  },
};
