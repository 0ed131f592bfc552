/** Pure helpers that turn captions and speech into sentences of a running text. English, like the captions. */

import type { Turn } from '#core/base/turns.ts';
import { withoutEnd } from '#shared/cut-text.ts';

const LOWERABLE = new Set(
  'a an the this that these those some several many few two three four five six seven eight nine ten both another other there people men women children boys girls someone something nobody'.split(
    ' ',
  ),
);

/** "A title card with white text": a picture named, but nothing said of it. */
const PICTURE_PHRASE =
  /^(?:an?|the)\s+(?:[\p{L}-]+\s+){0,2}(?:screen|title card|scene|logo|close-up|view|shot|photo|photograph|picture|image|drawing|map)\b/iu;
const HAS_VERB = /\b(?:is|are|was|were|has|have|shows?|appears?|fills?|reads?|says?)\b/iu;

/** Sentences of a text, each trimmed. */
export function sentencesOf(text: string): string[] {
  return Array.from(new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text), ({ segment }) => segment.trim()).filter(
    (sentence) => sentence !== '',
  );
}

/**
 * Sets a connecting phrase such as `Then` before a sentence. The sentence stays as it is where its first word may be a name, or where
 * it is not in Latin letters.
 * @param knownWords words that occur in small letters somewhere: they are no names
 */
export function connect(phrase: string, sentence: string, knownWords: ReadonlySet<string>): string {
  const whole = finish(sentence);
  if (phrase === '' || !canFollow(whole, knownWords)) return capitalise(whole);
  return `${phrase} ${asClause(whole)}`;
}

/** A sentence as the part of a longer one: small first letter, a verb added to a bare picture phrase, no full stop. */
export function asClause(sentence: string): string {
  const lower = sentence.charAt(0).toLowerCase() + sentence.slice(1);
  return isBarePicture(sentence) ? `there is ${lower}` : lower;
}

export function canFollow(sentence: string, knownWords: ReadonlySet<string>): boolean {
  const first = /^[\p{Script=Latin}\p{N}'’-]+/u.exec(sentence)?.[0];
  if (first === undefined) return false;
  if (!/^\p{Lu}/u.test(first)) return true;
  const lower = first.toLowerCase();
  const isCapitalisedOnly = first.slice(1) === lower.slice(1) && first !== 'I';
  return isCapitalisedOnly && (LOWERABLE.has(lower) || knownWords.has(lower));
}

/** More than any language has in use; of the words of a text without end the others are taken for names. */
const MAX_SMALL_WORDS = 200_000;

/** Words that some text writes in small letters. */
export async function smallWords(texts: Iterable<string>, turn: Turn): Promise<Set<string>> {
  const words = new Set<string>();
  for (const text of texts) {
    await turn();
    for (const [word] of text.matchAll(/(?<![\p{L}'’])\p{Ll}[\p{L}'’-]*/gu)) {
      if (words.size === MAX_SMALL_WORDS) return words;
      words.add(word);
    }
  }
  return words;
}

/** Scripts without blanks have no words to count: a text is cut at this many UTF-16 units per word allowed as well. */
const MAX_UNITS_PER_WORD = 12;

/** As much of a text as can have a say in what `shorten` leaves of it. */
function beginningOf(text: string, maxWords: number): string {
  return text.slice(0, 2 * maxWords * MAX_UNITS_PER_WORD);
}

/** `shorten` of texts one after the other, of which there may be tens of thousands. */
export function shortenAll(texts: readonly string[], maxWords: number): string {
  let said = '';
  for (const text of texts) {
    if (said.length >= 2 * maxWords * MAX_UNITS_PER_WORD) break;
    said += `${said === '' ? '' : ' '}${text}`;
  }
  return shorten(said, maxWords);
}

/** The first sentence of a text, not much longer than `maxWords` take. */
export function firstSentence(text: string, maxWords: number): string {
  return sentencesOf(beginningOf(text, maxWords))[0] ?? '';
}

/** At most `maxWords` words, ending at a sentence where one ends in the second half, else with an ellipsis. */
export function shorten(text: string, maxWords: number): string {
  const begun = beginningOf(text, maxWords);
  const words = begun.split(' ');
  const maxUnits = maxWords * MAX_UNITS_PER_WORD;
  if (words.length <= maxWords && text.length <= maxUnits) return text;
  // A character of two units is not cut in half.
  const cut = words
    .slice(0, maxWords)
    .join(' ')
    .slice(0, maxUnits)
    .replace(/[\uD800-\uDBFF]$/u, '');
  let whole = '';
  for (const sentence of sentencesOf(begun)) {
    const longer = whole === '' ? sentence : `${whole} ${sentence}`;
    if (longer.length > cut.length) break;
    whole = longer;
  }
  return whole.length >= cut.length / 2 ? whole : `${withoutEnd(cut, /[\s,;:.–—-]/u)} …`;
}

/** What is said, in quotation marks, with marks inside it made single. */
export function quote(speech: string): string {
  const inner = speech.replaceAll(/["“”„«»]/gu, '’');
  return `“${/[.!?…]$/u.test(inner) ? inner : `${inner}.`}”`;
}

export function capitalise(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** A sentence with its full stop. */
export function finish(sentence: string): string {
  return /[.!?…。！？]["'”’)]*$/u.test(sentence) ? sentence : `${sentence}.`;
}

function isBarePicture(sentence: string): boolean {
  return PICTURE_PHRASE.test(sentence) && !HAS_VERB.test(sentence);
}
