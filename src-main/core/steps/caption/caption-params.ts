import { z } from 'zod';
import { DEFAULT_NO_REPEAT_NGRAM_SIZE } from '#core/engines/captioner.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import { CaptionTask, MAX_CANDIDATES } from '#shared/domain/text.ts';

export const CaptionParams = z.object({
  videoId: VideoId,
  task: CaptionTask.default('visual'),
  targets: z.union([z.object({ shotIds: z.array(ShotId).min(1) }), z.object({ which: z.enum(['missing', 'stale', 'all']) })]),
  captionerId: z.string(),
  framesPerShot: z.int().min(1).max(8),
  /** Title cards get the text that was read on them as their caption. */
  titleCardsFromText: z.boolean().default(true),
  promptTemplate: z.string(),
  /** Texts for each shot: the first as asked, the others sampled. */
  candidates: z.int().min(1).max(MAX_CANDIDATES).default(1),
  generation: z.object({
    maxNewTokens: z.int().positive(),
    temperature: z.number(),
    topP: z.number(),
    seed: z.int(),
    noRepeatNgramSize: z.int().nonnegative().default(DEFAULT_NO_REPEAT_NGRAM_SIZE),
  }),
});
export type CaptionParams = z.infer<typeof CaptionParams>;
