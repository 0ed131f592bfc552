import { z } from 'zod';
import { ShotId, VideoId, idList } from '../domain/ids.ts';
import { CaptionTask, MAX_CANDIDATES } from '../domain/text.ts';
import { defineStep } from './define-step.ts';

/** Shots that get a caption; `stale`: whose shot was changed since. */
export const CaptionTargets = z.union([z.object({ shotIds: idList(ShotId) }), z.object({ which: z.enum(['missing', 'stale', 'all']) })]);

/** Writes captions, or narrations, of a video's shots. */
export const captionStep = defineStep({
  id: 'caption',
  /** `task` is `visual` unless given; `candidates` texts are written for each shot, one unless given. */
  request: z.object({
    kind: z.literal('caption'),
    videoId: VideoId,
    targets: CaptionTargets,
    captionerId: z.string().max(200).optional(),
    task: CaptionTask.optional(),
    candidates: z.int().min(1).max(MAX_CANDIDATES).optional(),
  }),
  automatic: { isOnAtFirst: true, request: (videoId) => ({ kind: 'caption', videoId, targets: { which: 'missing' } }) },
  result: z.object({
    captioned: z.int(),
    flagged: z.int(),
    /** Shots that were moved or removed while their caption was being written. */
    skipped: z.int(),
    /** Shots that a narration left out because nothing is said in them. */
    withoutSpeech: z.int().default(0),
  }),
  outcome: (counts) => ({ counts }),
});
