import { z } from 'zod';
import { VideoId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';

/** Writes the summary of a video. */
export const summariseStep = defineStep({
  id: 'summarise',
  request: z.object({ kind: z.literal('summarise'), videoId: VideoId, summariserId: z.string().max(200).optional() }),
  automatic: { isOnAtFirst: true, request: (videoId) => ({ kind: 'summarise', videoId }) },
  result: z.object({ sentences: z.int(), isCurrent: z.boolean() }),
  outcome: ({ sentences }) => ({ counts: { sentences } }),
});
