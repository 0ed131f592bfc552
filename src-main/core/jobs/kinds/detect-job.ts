import { z } from 'zod';
import { DetectionRunId, VideoId } from '#shared/domain/ids.ts';

export const DetectParams = z.object({
  videoId: VideoId,
  detectorId: z.string(),
  /** Null: the detector's own. */
  threshold: z.number().min(0).max(1).nullable(),
  minShotUs: z.int().nonnegative(),
});
export type DetectParams = z.infer<typeof DetectParams>;
