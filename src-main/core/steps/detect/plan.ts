import { z } from 'zod';
import { VideoId } from '#shared/domain/ids.ts';
import { detectStep } from '#shared/steps/detect.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';
import { AskedAfter } from '../asked-after.ts';
import { videoJob } from '../video-job.ts';

export const DetectParams = z.object({
  videoId: VideoId,
  detectorId: z.string(),
  /** Null: the detector's own. */
  threshold: z.number().min(0).max(1).nullable(),
  minShotUs: z.int().nonnegative(),
  askedAfter: AskedAfter,
});
export type DetectParams = z.infer<typeof DetectParams>;

export const detectPlan: StepPlan<typeof detectStep> = {
  step: detectStep,
  job({ videoId, detectorId, threshold }, { video, settings, askedAfter }) {
    return videoJob<DetectParams>(words('titles.detect', { video: video(videoId).name }), {
      videoId,
      detectorId: detectorId ?? settings.detectorId,
      threshold: threshold ?? null,
      minShotUs: Math.round(settings.minShotSeconds * 1e6),
      askedAfter,
    });
  },
  forVideos: {
    place: 'in-row',
    // Shots that came with a data set are not cut again, nor is a video in which one shot is all that was found.
    lacks: (video) => video.shotCount <= 1 && video.detectionRunCount === 0,
  },
};
