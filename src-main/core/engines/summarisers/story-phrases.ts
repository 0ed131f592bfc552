/** Pure helpers that turn captions and speech into sentences of a running text. English, like the captions. */

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

/** Words that some text writes in small letters. */
export function smallWords(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => text.match(/(?<![\p{L}'’])\p{Ll}[\p{L}'’-]*/gu) ?? []));
}

/** Scripts without blanks have no words to count: a text is cut at this many UTF-16 units per word allowed as well. */
const MAX_UNITS_PER_WORD = 12;

/** At most `maxWords` words, ending at a sentence where one ends in the second half, else with an ellipsis. */
export function shorten(text: string, maxWords: number): string {
  const words = text.split(' ');
  const maxUnits = maxWords * MAX_UNITS_PER_WORD;
  if (words.length <= maxWords && text.length <= maxUnits) return text;
  // A character of two units is not cut in half.
  const cut = words
    .slice(0, maxWords)
    .join(' ')
    .slice(0, maxUnits)
    .replace(/[\uD800-\uDBFF]$/u, '');
  const kept: string[] = [];
  for (const sentence of sentencesOf(text)) {
    if ([...kept, sentence].join(' ').length > cut.length) break;
    kept.push(sentence);
  }
  const whole = kept.join(' ');
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
