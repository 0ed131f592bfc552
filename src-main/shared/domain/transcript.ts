import { z } from 'zod';
import { SegmentId, VideoId } from './ids.ts';

/** Timed speech, microseconds from the first frame. */
export const TranscriptSegment = z.object({
  id: SegmentId,
  videoId: VideoId,
  startUs: z.int().nonnegative(),
  endUs: z.int().nonnegative(),
  text: z.string(),
  origin: z.enum(['speech-recognition', 'import', 'human']),
});
export type TranscriptSegment = z.infer<typeof TranscriptSegment>;

/** Speech of `[startUs, endUs)`: each segment belongs to the range that holds its middle, so no word is told twice. */
export function speechBetween(
  segments: readonly Pick<TranscriptSegment, 'startUs' | 'endUs' | 'text'>[],
  startUs: number,
  endUs: number,
): string {
  return segments
    .filter((segment) => {
      const middleUs = (segment.startUs + segment.endUs) / 2;
      return middleUs >= startUs && middleUs < endUs;
    })
    .map((segment) => segment.text.trim())
    .filter((text) => text !== '')
    .join(' ');
}
