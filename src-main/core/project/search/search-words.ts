/** More than anybody types to find a text. What SQLite does for a query grows with its words times those of every text. */
const MAX_WORDS = 16;
/** No word of a language is longer; what is longer is looked for by its beginning. */
const MAX_WORD_LENGTH = 64;

export const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** As the search index compares words: without case and accents (`unicode61 remove_diacritics 2`). */
export function foldWord(word: string): string {
  // Most words by far; the rest costs ten times as much.
  if (/^[A-Za-z0-9]*$/.test(word)) return word.toLowerCase();
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC').toLowerCase();
}

/**
 * What a query looks for: each word once, folded. One that another begins with says nothing of its own, for whatever begins with the longer
 * one begins with it too; kept, every such word of a text would count for both.
 */
export function searchWords(query: string): string[] {
  const all = [...new Set((query.match(WORD) ?? []).map(beginningOf))].filter((word) => word !== '');
  return all.filter((word) => !all.some((other) => other !== word && other.startsWith(word))).slice(0, MAX_WORDS);
}

function beginningOf(word: string): string {
  return Array.from(foldWord(word)).slice(0, MAX_WORD_LENGTH).join('');
}

/** Of these words, each once. */
export function lettersOf(words: readonly string[]): string[] {
  return [...new Set(words.flatMap((word) => Array.from(word)))].slice(0, MAX_WORDS);
}
