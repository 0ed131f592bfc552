import { z } from 'zod';
import { defineStep } from './define-step.ts';

/** Draws the audio of a video's timeline. */
export const waveformStep = defineStep({
  id: 'waveform',
  request: null,
  automatic: null,
  result: z.object({ peakCount: z.int() }),
  outcome: ({ peakCount }) => ({ counts: { peakCount } }),
});
