import { z } from 'zod';
import { DetectionRunId, VideoId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';

/** Cuts a video into shots. */
export const detectStep = defineStep({
  id: 'detect',
  request: z.object({
    kind: z.literal('detect'),
    videoId: VideoId,
    detectorId: z.string().max(200).optional(),
    threshold: z.number().min(0).max(1).optional(),
  }),
  automatic: { isOnAtFirst: true, request: (videoId) => ({ kind: 'detect', videoId }) },
  result: z.object({ runId: DetectionRunId, shotCount: z.int() }),
  outcome: ({ shotCount }) => ({ counts: { shotCount } }),
});
