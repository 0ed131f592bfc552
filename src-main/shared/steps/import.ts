import { z } from 'zod';
import { defineStep } from './define-step.ts';

/** Measures a new video. */
export const importStep = defineStep({
  id: 'import',
  request: null,
  automatic: null,
  result: z.object({ frameCount: z.int(), durationUs: z.int() }),
  outcome: ({ frameCount }) => ({ counts: { frameCount } }),
});
