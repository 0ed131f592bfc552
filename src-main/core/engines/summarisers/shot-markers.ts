import { withoutEnd } from '#shared/cut-text.ts';
import { sentencesOf } from './story-phrases.ts';

/** A sentence by its place in a text, `[start, end)` in UTF-16 units. */
export interface SentenceSpan {
  readonly start: number;
  readonly end: number;
}

export interface MarkedSentence extends SentenceSpan {
  /** Numbers, counted from 1, of the shots that the model named for it; ascending, none twice. Empty where it named none. */
  readonly shotNumbers: readonly number[];
}

export interface MarkedText {
  /** Without markers. */
  readonly text: string;
  readonly sentences: readonly MarkedSentence[];
}

/** `[3]`, `[2-4, 7]`, `[shots 2 and 4]`, `【3】`. Something stands between any two numbers, or a long one could be cut into two in every place. */
const MARKER =
  /[[【](?:(?:shots?|scenes?)\s*)?(#?\d{1,9}(?:(?:\s*(?:[-–—,;&]|to|and|,\s*and)\s*|\s+)(?:(?:shots?|scenes?)\s*)?#?\d{1,9})*)\s*[\]】]/giu;
/** A range longer than this is taken for a number misread. */
const MAX_RANGE = 10_000;

interface Marker {
  /** Where it stood, in the text without markers. */
  readonly at: number;
  readonly numbers: readonly number[];
}

/**
 * Takes the shot markers out of a model's text. A marker belongs to the sentence that it stands in or after; in a text that begins with
 * one, to the sentence that follows it. Numbers without a shot are dropped.
 */
export function readMarkers(raw: string, shotCount: number): MarkedText {
  const { text, markers } = strip(raw.trim());
  const spans = sentenceSpans(text);
  const isLeading = markers[0]?.at === 0;
  const named = spans.map(() => new Set<number>());
  for (const { at, numbers } of markers) {
    const index = isLeading ? spans.findIndex((span) => span.end > at) : spans.findLastIndex((span) => span.start < at);
    for (const number of numbers) if (number >= 1 && number <= shotCount) named[index]?.add(number);
  }
  return { text, sentences: spans.map((span, index) => ({ ...span, shotNumbers: [...(named[index] ?? [])].toSorted((a, b) => a - b) })) };
}

/** Where the sentences of a text are. */
export function sentenceSpans(text: string): SentenceSpan[] {
  let from = 0;
  return sentencesOf(text).map((sentence) => {
    const start = text.indexOf(sentence, from);
    from = start + sentence.length;
    return { start, end: from };
  });
}

function strip(raw: string): { text: string; markers: Marker[] } {
  const markers: Marker[] = [];
  let text = '';
  let from = 0;
  for (const match of raw.matchAll(MARKER)) {
    // With the blanks before it.
    text += withoutEnd(raw.slice(from, match.index), /[ \t]/u);
    markers.push({ at: text.length, numbers: numbersIn(match[1] ?? '') });
    from = match.index + match[0].length;
    // At the beginning of a line there is a blank after the marker, not before.
    if (text === '' || text.endsWith('\n')) while (raw[from] === ' ') from++;
  }
  return { text: (text + raw.slice(from)).trimEnd(), markers };
}

/** `2-4, 7` → 2, 3, 4, 7. */
function numbersIn(list: string): number[] {
  return [...list.matchAll(/(\d+)(?:\s*(?:-|–|—|to)\s*(?:shots?\s*)?#?(\d+))?/giu)].flatMap(([, first = '', last = first]) => {
    const [from, to] = [Number(first), Number(last)];
    if (to < from || to - from > MAX_RANGE) return [from, to];
    return Array.from({ length: to - from + 1 }, (_, step) => from + step);
  });
}
