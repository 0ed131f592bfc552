/** More than anybody types to find a text. What SQLite does for a query grows with its words times those of every text. */
const MAX_WORDS = 16;
/** No word of a language is longer; what is longer is looked for by its beginning. */
const MAX_WORD_LENGTH = 64;

/** The index takes the same signs for parts of a word (categories L, N and M): what is a word here is one there, whose order among others it need not know. */
export const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Accents. Marks of other scripts, as vowel signs of Hindi are, make other words. */
const ACCENTS = /[\u0300-\u036F]/gu;

/**
 * A word without case and accents, for those that mean the same and for what is marked in a snippet. The index itself is given words as they were typed: it takes accents from
 * Latin letters only (`unicode61 remove_diacritics 2`), so й, ή and が stay what they are.
 */
export function foldWord(word: string): string {
  // Most words by far; the rest costs ten times as much.
  if (/^[A-Za-z0-9]*$/.test(word)) return word.toLowerCase();
  return word.normalize('NFD').replaceAll(ACCENTS, '').normalize('NFC').toLowerCase();
}

/**
 * What a query looks for: each word once, as it was typed first. One that another begins with says nothing of its own, for whatever begins with the longer
 * one begins with it too; kept, every such word of a text would count for both.
 */
export function searchWords(query: string): string[] {
  const byFolded = new Map<string, string>();
  for (const word of (query.normalize('NFC').match(WORD) ?? []).map(beginningOf)) {
    const folded = foldWord(word);
    if (folded !== '' && !byFolded.has(folded)) byFolded.set(folded, word);
  }
  const all = [...byFolded];
  return all
    .filter(([folded]) => !all.some(([other]) => other !== folded && other.startsWith(folded)))
    .slice(0, MAX_WORDS)
    .map(([, word]) => word);
}

function beginningOf(word: string): string {
  return Array.from(word).slice(0, MAX_WORD_LENGTH).join('');
}
