import { z } from 'zod';
import { defineStep } from './define-step.ts';

/** Draws the pictures of a video's timeline. */
export const thumbnailsStep = defineStep({
  id: 'thumbnails',
  request: null,
  automatic: null,
  result: z.object({ tileCount: z.int() }),
  outcome: ({ tileCount }) => ({ counts: { tileCount } }),
});
