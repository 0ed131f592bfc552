/** How a transcript differs from what was said, in words. */
export interface WordErrors {
  /** Words that were said. */
  readonly words: number;
  /** Substituted, left out and invented words together: the least number of changes (Levenshtein distance over words). */
  readonly errors: number;
}

/**
 * Counts the errors of a transcript. Case, punctuation, hyphens and the spelling of numbers up to ten and of "Mr." do not count, as in the
 * normalisation of Whisper's paper (appendix C), of which this is the part that plain sentences need.
 */
export function wordErrors(said: string, transcribed: string): WordErrors {
  const [reference, hypothesis] = [normalisedWords(said), normalisedWords(transcribed)];
  let previous = hypothesis.map((_, index) => index + 1);
  reference.forEach((word, row) => {
    const current: number[] = [];
    hypothesis.forEach((other, column) => {
      const diagonal = column === 0 ? row : (previous[column - 1] ?? 0);
      const left = column === 0 ? row + 1 : (current[column - 1] ?? 0);
      current.push(Math.min(diagonal + (word === other ? 0 : 1), left + 1, (previous[column] ?? 0) + 1));
    });
    previous = current;
  });
  // Against an empty transcript every word was left out.
  return { words: reference.length, errors: previous.at(-1) ?? reference.length };
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function normalisedWords(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll(/\bmr\./gu, 'mister')
    .replaceAll(/[’']/gu, "'")
    .replaceAll(/[^\p{L}\p{N}']+/gu, ' ')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => NUMBERS[Number(word)] ?? word);
}
