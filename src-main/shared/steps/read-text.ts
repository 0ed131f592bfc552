import { z } from 'zod';
import { ShotId, VideoId, idList } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';

/** Shots in which the text on the screen is read; `missing`: those that were not read yet. */
export const ReadTextTargets = z.union([z.object({ shotIds: idList(ShotId) }), z.object({ which: z.enum(['missing', 'all']) })]);

/** Reads the text on the screen of a video's shots. */
export const readTextStep = defineStep({
  id: 'read-text',
  request: z.object({ kind: z.literal('read-text'), videoId: VideoId, targets: ReadTextTargets }),
  automatic: { isOnAtFirst: true, request: (videoId) => ({ kind: 'read-text', videoId, targets: { which: 'missing' } }) },
  result: z.object({ read: z.int(), lines: z.int() }),
  outcome: (counts) => ({ counts }),
});
