import { z } from 'zod';
import { VideoId } from '#shared/domain/ids.ts';
import { defineStep } from '#shared/steps/define-step.ts';

/** What `src-main/shared/steps/<step>.ts` is for a real step. */
export const toyStep = defineStep({
  id: 'toy',
  request: z.object({ kind: z.literal('toy'), videoId: VideoId, times: z.int().optional() }),
  automatic: { isOnAtFirst: false, request: (videoId) => ({ kind: 'toy', videoId }) },
  result: z.object({ played: z.int() }),
  outcome: ({ played }) => ({ counts: { played } }),
});
