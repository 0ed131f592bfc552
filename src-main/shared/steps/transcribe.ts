import { z } from 'zod';
import { VideoId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';
import { plain } from '../words/words.ts';

/** Writes down what is said in a video. */
export const transcribeStep = defineStep({
  id: 'transcribe',
  /**
   * `track`: place among the video's audio tracks, from 0; left out, the one that players choose. `replaceAll`: also what was imported or written by a person.
   * `isAutomatic`: one step of many, which leaves videos alone that have a transcript and whose failure holds nothing up.
   */
  request: z.object({
    kind: z.literal('transcribe'),
    videoId: VideoId,
    track: z.int().nonnegative().optional(),
    language: z.string().max(200).optional(),
    transcriberId: z.string().max(200).optional(),
    replaceAll: z.boolean().default(false),
    isAutomatic: z.boolean().default(false),
  }),
  automatic: { isOnAtFirst: true, request: (videoId) => ({ kind: 'transcribe', videoId, isAutomatic: true }) },
  /** Without a language, device and model where nothing was transcribed; the notes say why. */
  result: z.object({
    segments: z.int(),
    notes: z.array(z.string()),
    language: z.string().nullable().default(null),
    device: z.string().nullable().default(null),
    modelSha256: z.string().nullable().default(null),
  }),
  outcome: ({ segments, notes }) => ({ counts: { segments }, problems: notes.map(plain) }),
});
