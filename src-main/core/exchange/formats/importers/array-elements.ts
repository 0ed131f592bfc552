import { AppError } from '#shared/contract/errors.ts';
import { words, type Words } from '#shared/words/words.ts';
import { endOfString } from '../json-parts.ts';
import { createArraySplitter, type ElementLimits, NoArray, PassedElement } from './array-splitter.ts';

/** Records are kept whole while they are read. */
export const MAX_RECORD_LENGTH = 64 * 1024 * 1024;

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

/** The elements of a JSON array; a `PassedElement` in the place of one beyond the limits. */
export async function* arrayElements(
  chunks: AsyncIterable<string>,
  { what, limits, onPythonNumbers }: ElementReader,
): AsyncGenerator<ArrayElement | PassedElement> {
  const broken = (reason: Words, cause?: unknown): AppError => brokenDataSet(what, reason, cause);
  const splitter = createArraySplitter(limits);
  let record = 0;
  let isFirst = true;
  for await (const chunk of chunks) {
    const text = isFirst ? chunk.replace(/^\uFEFF/, '').trimStart() : chunk;
    if (text === '') continue;
    if (isFirst && !text.startsWith('[')) throw broken(words('exchange.setNoArray'));
    isFirst = false;
    try {
      for (const element of splitter.write(text)) {
        record++;
        yield element instanceof PassedElement ? element : readElement(element, onPythonNumbers);
      }
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof NoArray)) throw error;
      const place = error instanceof NoArray ? `after record ${record}` : `record ${record}`;
      throw broken(words('exchange.setNoJson', { problem: `${place}: ${error.message}` }), error);
    }
    if (splitter.heldLength() > MAX_RECORD_LENGTH) throw broken(words('exchange.setLongRecord', { limit: MAX_RECORD_LENGTH }));
  }
  if (isFirst) throw broken(words('exchange.setEmpty'));
  if (!splitter.isEnded()) throw broken(words('exchange.setUnfinished'));
}

/**
 * One element by its text.
 * @throws SyntaxError
 */
export function readElement(text: string, onPythonNumbers: (count: number) => void): ArrayElement {
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch (error) {
    const { mended, count } = withoutPythonNumbers(text);
    if (count === 0) throw error;
    const element = { text: mended, value: JSON.parse(mended) as unknown };
    onPythonNumbers(count);
    return element;
  }
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
