import { isUnspaced } from '#shared/domain/transcript.ts';
import type { Seconds, TimedWord } from '#core/engines/worker-contract.ts';

/** A token's text and where in the audio it begins, in seconds from the beginning of the chunk. */
export interface TimedPiece {
  readonly text: string;
  readonly startS: number;
  /** Natural log of the model's probability for it, ≤ 0. */
  readonly logProb: number;
}

const ONLY_PUNCTUATION = /^[\p{P}\p{S}]+$/u;
/**
 * Puts tokens together to words: a new one begins at a space, and anywhere in writing that has no spaces; punctuation joins the word before it.
 * `endS` is the end of the last word.
 */
export function wordsOf(pieces: readonly TimedPiece[], endS: number): TimedWord[] {
  const groups: TimedPiece[][] = [];
  for (const piece of pieces) {
    const bare = piece.text.trim();
    const group = groups.at(-1);
    const begins = /^\s/u.test(piece.text) || isUnspaced(bare);
    if (group === undefined || (begins && !ONLY_PUNCTUATION.test(bare))) groups.push([piece]);
    else group.push(piece);
  }
  const words: TimedWord[] = [];
  groups.forEach((group, index) => {
    const text = group
      .map((piece) => piece.text)
      .join('')
      .trim();
    const startS = group[0]?.startS ?? 0;
    if (text === '') return;
    const probability = Math.exp(group.reduce((sum, piece) => sum + piece.logProb, 0) / group.length);
    words.push({ text, startS, endS: Math.max(startS, groups[index + 1]?.[0]?.startS ?? endS), probability });
  });
  return words;
}

/**
 * Keeps words inside the speech that was found: attention puts the end of a word where the next one begins, however long the pause between.
 * `speech` is in order.
 */
export function keepInSpeech(words: readonly TimedWord[], speech: readonly Seconds[]): TimedWord[] {
  return words.map((word) => {
    const at = speech.find((range) => word.startS < range.endS);
    if (at === undefined) return word;
    const startS = Math.max(word.startS, Math.min(at.startS, word.endS));
    return { ...word, startS, endS: Math.max(startS, Math.min(word.endS, at.endS)) };
  });
}
