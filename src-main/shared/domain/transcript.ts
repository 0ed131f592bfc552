import { z } from 'zod';
import { SegmentId, VideoId } from './ids.ts';
import { indexByPlace } from './place-index.ts';

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

/** What belongs to a range as a whole: a word, or a segment whose words have no times. */
interface Piece {
  readonly segment: TimedText;
  /** Null: the whole segment. */
  readonly word: SpokenWord | null;
}

/**
 * Speech of `[startUs, endUs)`: each word belongs to the range that holds its middle, so none is given twice; where words have no times, the
 * same goes for the whole segment.
 */
export function speechBetween(segments: readonly TimedText[], startUs: number, endUs: number): string {
  const isInside = (piece: Piece): boolean => middleUs(piece) >= startUs && middleUs(piece) < endUs;
  return wording(segments.flatMap(piecesOf).filter(isInside));
}

/** `speechBetween` for many ranges of one transcript: none goes over all of it. */
export function indexSpeech(segments: readonly TimedText[]): (startUs: number, endUs: number) => string {
  const find = indexByPlace(segments.flatMap(piecesOf), middleUs);
  return (startUs, endUs) => wording(find(startUs, endUs));
}

function piecesOf(segment: TimedText): Piece[] {
  const { words = [] } = segment;
  return words.length === 0 ? [{ segment, word: null }] : words.map((word) => ({ segment, word }));
}

function middleUs({ segment, word }: Piece): number {
  const { startUs, endUs } = word ?? segment;
  return (startUs + endUs) / 2;
}

/** Pieces in their order as one text; a segment that is there as a whole is given as it was written. */
function wording(pieces: readonly Piece[]): string {
  const said = new Map<TimedText, SpokenWord[]>();
  for (const { segment, word } of pieces) {
    const words = said.get(segment) ?? [];
    if (word !== null) words.push(word);
    said.set(segment, words);
  }
  return [...said]
    .map(([segment, words]) => (words.length === (segment.words?.length ?? 0) ? segment.text.trim() : joinWords(words)))
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
