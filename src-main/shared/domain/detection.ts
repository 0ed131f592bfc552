import { z } from 'zod';
import { DetectionRunId, VideoId } from './ids.ts';

/** One run of a shot detector over one video. Its per-frame score curve is stored beside it (`/curve/<runId>`, one byte a frame). */
export const DetectionRun = z.object({
  id: DetectionRunId,
  videoId: VideoId,
  detector: z.string(),
  detectorVersion: z.string(),
  options: z.record(z.string(), z.unknown()),
  /** Score above which a frame starts or belongs to a transition, 0..1; can be moved without decoding again. */
  threshold: z.number().min(0).max(1),
  frameCount: z.int().positive(),
  device: z.string().nullable(),
  durationMs: z.number().nonnegative(),
  createdAtMs: z.int(),
});
export type DetectionRun = z.infer<typeof DetectionRun>;
