import { findEscape } from '#core/base/files/escaped-utf8.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words, type Words } from '#shared/words/words.ts';
import { endOfString } from '../json-parts.ts';
import { createArraySplitter, type ElementLimits, HEAD_LENGTH, NoArray, PassedElement, type SplitElement } from './array-splitter.ts';
import { describePlace, placeWithin, type TextPlace } from './text-place.ts';

/** An element of the array, with its text as it stands in the file. */
export interface ArrayElement {
  readonly text: string;
  readonly value: unknown;
}

export interface ElementReader {
  /** What the file is, for messages: `Shot2Story annotation`. */
  readonly what: string;
  readonly limits: ElementLimits;
  /** Called for what Python writes and JSON does not have: `NaN`, `Infinity`. It is read, and kept, as `null`. */
  onPythonNumbers(count: number): void;
}

/** Stands in the place of an element that is no JSON; those behind it are read all the same. */
export class BrokenElement {
  /** What is wrong, and where in the file. */
  readonly reason: string;
  /** How it begins. */
  readonly head: string;

  constructor(reason: string, head: string) {
    this.reason = reason;
    this.head = head;
  }
}

export type FoundElement = ArrayElement | PassedElement | BrokenElement;

/** Blanks that JSON has not. */
const ODD_BLANKS = /[^\S\n]/gu;

/**
 * The elements of a JSON array.
 * @throws AppError `invalid-input` where it cannot be told where the next one begins
 */
export async function* arrayElements(
  chunks: AsyncIterable<string>,
  { what, limits, onPythonNumbers }: ElementReader,
): AsyncGenerator<FoundElement> {
  const broken = (reason: Words, cause?: unknown): AppError => brokenDataSet(what, reason, cause);
  const splitter = createArraySplitter(limits);
  let record = 0;
  let isFirst = true;
  for await (const chunk of chunks) {
    // What stands before the array keeps its lines and columns.
    const text = isFirst ? chunk.replace(/^\uFEFF/u, '').replace(/^\s+/u, (blanks) => blanks.replaceAll(ODD_BLANKS, ' ')) : chunk;
    if (isFirst && text.trim() !== '') {
      if (!text.trimStart().startsWith('[')) throw broken(words('exchange.setNoArray'));
      isFirst = false;
    }
    try {
      for (const element of splitter.write(text)) {
        record++;
        yield readFound(element, splitter.place(), onPythonNumbers);
      }
    } catch (error) {
      if (!(error instanceof NoArray)) throw error;
      const problem = `after record ${record}: ${error.message}, ${describePlace(splitter.place())}`;
      throw broken(words('exchange.setNoJson', { problem }), error);
    }
  }
  if (isFirst) throw broken(words('exchange.setEmpty'));
  if (splitter.isInside()) throw broken(words('exchange.setUnfinished', { record: record + 1, line: splitter.place().line }));
  if (!splitter.isEnded()) throw broken(words('exchange.setNoEnd', { record }));
}

/** What the text of an element says, or why it cannot be read. */
export function readFound(element: SplitElement, place: TextPlace, onPythonNumbers: (count: number) => void): FoundElement {
  if (element instanceof PassedElement) return new PassedElement(element.beyond, element.head, place);
  const broken = findEscape(element);
  if (broken !== -1)
    return new BrokenElement(`it is not UTF-8: ${describePlace(placeWithin(element, broken, place))}`, element.slice(0, HEAD_LENGTH));
  try {
    return { text: element, value: JSON.parse(element) as unknown };
  } catch (error) {
    const { mended, count } = withoutPythonNumbers(element);
    try {
      if (count === 0) throw error;
      const read = { text: mended, value: JSON.parse(mended) as unknown };
      onPythonNumbers(count);
      return read;
    } catch (left) {
      if (!(left instanceof SyntaxError)) throw left;
      return new BrokenElement(`it is not valid JSON: ${whatIsWrong(left, mended, place)}`, element.slice(0, HEAD_LENGTH));
    }
  }
}

/** The engine counts from the beginning of the element, and for some mistakes not at all: then it is told where that begins. */
function whatIsWrong({ message }: SyntaxError, text: string, begins: TextPlace): string {
  const [what = ''] = message.split(/ (?:in|after) JSON at position |, (?:\.{3})?"/u);
  const at = / at position (\d+)/u.exec(message)?.[1];
  return at === undefined
    ? `${what}, in the record that begins at ${describePlace(begins)}`
    : `${what}, ${describePlace(placeWithin(text, Number(at), begins))}`;
}

const PYTHON_NUMBERS = /-?\b(?:NaN|Infinity)\b/gu;

/** Python writes `NaN`, `Infinity` and `-Infinity` into what it calls JSON, most often for "no text". Words inside of strings stay as they are. */
function withoutPythonNumbers(text: string): { readonly mended: string; readonly count: number } {
  let mended = '';
  let count = 0;
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    mended += text.slice(at, end).replaceAll(PYTHON_NUMBERS, () => {
      count++;
      return 'null';
    });
    at = quote === -1 ? end : endOfString(text, quote);
    mended += text.slice(end, at);
  }
  return { mended, count };
}

/** @param what the file is, e.g. `Shot2Story annotation` */
export function brokenDataSet(what: string, reason: Words, cause?: unknown): AppError {
  return new AppError('invalid-input', words('exchange.setBroken', { what, reason }), { cause });
}
