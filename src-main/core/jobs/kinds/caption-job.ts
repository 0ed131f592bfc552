import { z } from 'zod';
import { ShotId, VideoId } from '#shared/domain/ids.ts';

export const CaptionParams = z.object({
  videoId: VideoId,
  targets: z.union([z.object({ shotIds: z.array(ShotId).min(1) }), z.object({ which: z.enum(['missing', 'stale', 'all']) })]),
  captionerId: z.string(),
  framesPerShot: z.int().min(1).max(8),
  promptTemplate: z.string(),
  generation: z.object({ maxNewTokens: z.int().positive(), temperature: z.number(), topP: z.number(), seed: z.int() }),
});
export type CaptionParams = z.infer<typeof CaptionParams>;
