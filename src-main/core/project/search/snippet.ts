import { foldWord, WORD } from './search-words.ts';

/** Of a text, in words. */
const SNIPPET_WORDS = 24;
/** Before the first match, where a snippet begins in the middle of a text. */
const LEAD_WORDS = 4;
/** Of a text: an answer may have hundreds of hits, and each is looked through while nobody else is answered. */
const MAX_LOOKED_THROUGH = 20_000;

/** Words may be long, and lie far apart. */
const MAX_SNIPPET_LENGTH = 2_000;

const MATCH_START = '\u0002';
const MATCH_END = '\u0003';

interface TextWord {
  readonly start: number;
  readonly end: number;
  /** Place among the words looked for; -1: none of them. */
  readonly wanted: number;
}

/**
 * The part of a text where most of the words looked for lie, with matches between U+0002 and U+0003. Each word is looked at once, whatever
 * repeats: `snippet()` of SQLite takes time by the square of the matches in a text, on the thread that answers everybody.
 * @param wanted folded; a word matches that begins with one of them
 */
export function makeSnippet(text: string, wanted: readonly string[]): string {
  const words = [...text.slice(0, MAX_LOOKED_THROUGH).matchAll(WORD)].map(({ 0: word, index }): TextWord => {
    const folded = foldWord(word);
    return { start: index, end: index + word.length, wanted: wanted.findIndex((each) => folded.startsWith(each)) };
  });
  const first = bestStart(words);
  const shown = words.slice(first, first + SNIPPET_WORDS);
  const from = first === 0 ? 0 : (shown[0]?.start ?? 0);
  const isWhole = first + SNIPPET_WORDS >= words.length && text.length <= MAX_LOOKED_THROUGH;
  const to = Math.min(isWhole ? text.length : (shown.at(-1)?.end ?? text.length), from + MAX_SNIPPET_LENGTH);
  return `${from > 0 ? '…' : ''}${mark(text, shown, { from, to })}${to < text.length ? '…' : ''}`;
}

/** Where the window begins that holds most different words, then most matches; the first of equals, with a few words before its match. */
function bestStart(words: readonly TextWord[]): number {
  const inside = new Map<number, number>();
  const count = ({ wanted }: TextWord, by: 1 | -1): number => {
    if (wanted < 0) return 0;
    const now = (inside.get(wanted) ?? 0) + by;
    if (now === 0) inside.delete(wanted);
    else inside.set(wanted, now);
    return by;
  };
  let matches = 0;
  let best = { start: 0, score: 0 };
  for (const [index, word] of words.entries()) {
    matches += count(word, 1);
    const gone = words[index - SNIPPET_WORDS];
    if (gone !== undefined) matches += count(gone, -1);
    const score = inside.size * (SNIPPET_WORDS + 1) + matches;
    if (score > best.score) best = { start: Math.max(0, index - SNIPPET_WORDS + 1), score };
  }
  if (best.start === 0) return 0;
  const firstMatch = words.findIndex(({ wanted }, index) => index >= best.start && wanted >= 0);
  return Math.min(Math.max(best.start, firstMatch - LEAD_WORDS), words.length - SNIPPET_WORDS);
}

function mark(text: string, words: readonly TextWord[], { from, to }: { readonly from: number; readonly to: number }): string {
  const pieces: string[] = [];
  let at = from;
  for (const { start, end, wanted } of words) {
    if (wanted < 0 || end > to) continue;
    pieces.push(text.slice(at, start), MATCH_START, text.slice(start, end), MATCH_END);
    at = end;
  }
  return `${pieces.join('')}${text.slice(at, to)}`;
}
