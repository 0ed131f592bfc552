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

/** Sentences that are linked to shots; what a server writes behind them stays text. A summary has a few dozen. */
const MAX_LINKED_SENTENCES = 500;
/** Of one sentence, the first: nobody goes through more. */
export const MAX_SHOTS_OF_SENTENCE = 1_000;

/** Numbers from the first to the last, both included. */
type Range = readonly [first: number, last: number];

interface Marker {
  /** Where it stood, in the text without markers. */
  readonly at: number;
  readonly ranges: readonly Range[];
}

/**
 * Takes the shot markers out of a model's text. A marker belongs to the sentence that it stands in or after; in a text that begins with
 * one, to the sentence that follows it. Numbers without a shot are dropped.
 */
export function readMarkers(raw: string, shotCount: number): MarkedText {
  const { text, markers } = strip(raw.trim());
  const spans = sentenceSpans(text);
  const isLeading = markers[0]?.at === 0;
  const named = spans.map((): Range[] => []);
  let index = isLeading ? 0 : -1;
  // Both are in the order of the text.
  for (const { at, ranges } of markers) {
    if (isLeading) while ((spans[index]?.end ?? Number.POSITIVE_INFINITY) <= at) index++;
    else while ((spans[index + 1]?.start ?? Number.POSITIVE_INFINITY) < at) index++;
    for (const range of ranges) named[index]?.push(range);
  }
  const sentences = spans.slice(0, MAX_LINKED_SENTENCES);
  return { text, sentences: sentences.map((span, place) => ({ ...span, shotNumbers: numbersIn(named[place] ?? [], shotCount) })) };
}

/** The shots of ranges, ascending, none twice; each is gone through once, however often it is named. */
function numbersIn(ranges: readonly Range[], shotCount: number): number[] {
  const numbers: number[] = [];
  let next = 1;
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    for (next = Math.max(next, first); next <= Math.min(last, shotCount); next++) {
      if (numbers.length === MAX_SHOTS_OF_SENTENCE) return numbers;
      numbers.push(next);
    }
  }
  return numbers;
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
  const pieces: string[] = [];
  let length = 0;
  let from = 0;
  for (const match of raw.matchAll(MARKER)) {
    // With the blanks before it.
    const piece = withoutEnd(raw.slice(from, match.index), /[ \t]/u);
    if (piece !== '') pieces.push(piece);
    length += piece.length;
    markers.push({ at: length, ranges: rangesIn(match[1] ?? '') });
    from = match.index + match[0].length;
    // At the beginning of a line there is a blank after the marker, not before.
    if (length === 0 || pieces.at(-1)?.endsWith('\n') === true) while (raw[from] === ' ') from++;
  }
  return { text: (pieces.join('') + raw.slice(from)).trimEnd(), markers };
}

/** `2-4, 7` → 2 to 4 and 7. */
function rangesIn(list: string): Range[] {
  return [...list.matchAll(/(\d+)(?:\s*(?:-|–|—|to)\s*(?:shots?\s*)?#?(\d+))?/giu)].flatMap(([, first = '', last = first]): Range[] => {
    const [from, to] = [Number(first), Number(last)];
    const isMisread = to < from || to - from > MAX_RANGE;
    return isMisread
      ? [
          [from, from],
          [to, to],
        ]
      : [[from, to]];
  });
}
