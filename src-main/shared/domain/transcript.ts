import { z } from 'zod';
import { SegmentId, VideoId } from './ids.ts';

/** A word with the punctuation that sticks to it, microseconds from the first frame. */
export const SpokenWord = z.object({
  text: z.string(),
  startUs: z.int().nonnegative(),
  endUs: z.int().nonnegative(),
  /** What the model gave it, 0..1. */
  probability: z.number().min(0).max(1),
});
export type SpokenWord = z.infer<typeof SpokenWord>;

/** Timed speech, microseconds from the first frame. */
export const TranscriptSegment = z.object({
  id: SegmentId,
  videoId: VideoId,
  startUs: z.int().nonnegative(),
  endUs: z.int().nonnegative(),
  text: z.string(),
  origin: z.enum(['speech-recognition', 'import', 'human']),
  /** Empty where nobody knows when each word was said: imported speech, and text that a person changed. */
  words: z.array(SpokenWord),
  /** Code of the language, e.g. `de`; null where it is not known. */
  language: z.string().nullable(),
});
export type TranscriptSegment = z.infer<typeof TranscriptSegment>;

type TimedText = Pick<TranscriptSegment, 'startUs' | 'endUs' | 'text'> & { readonly words?: readonly SpokenWord[] };

/**
 * Speech of `[startUs, endUs)`: each word belongs to the range that holds its middle, so none is told twice; where words have no times, the
 * same goes for the whole segment.
 */
export function speechBetween(segments: readonly TimedText[], startUs: number, endUs: number): string {
  const isInside = (piece: { readonly startUs: number; readonly endUs: number }): boolean => {
    const middleUs = (piece.startUs + piece.endUs) / 2;
    return middleUs >= startUs && middleUs < endUs;
  };
  return segments
    .map(({ words = [], ...segment }) => {
      if (words.length === 0) return isInside(segment) ? segment.text.trim() : '';
      const inside = words.filter(isInside);
      return inside.length === words.length ? segment.text.trim() : joinWords(inside);
    })
    .filter((text) => text !== '')
    .join(' ');
}

/** Writing without spaces between words. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]/u;

export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/** Text of words in a row: with spaces, but for writing that has none. */
export function joinWords(words: readonly { readonly text: string }[]): string {
  return words.map(({ text }, index) => (index === 0 || isUnspaced(text) ? text : ` ${text}`)).join('');
}
