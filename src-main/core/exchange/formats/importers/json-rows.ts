import { type ArrayElement, arrayElements, brokenDataSet, type ElementReader, MAX_RECORD_LENGTH, readElement } from './array-elements.ts';
import { words } from '#shared/words/words.ts';
import { createArraySplitter, NoArray, PassedElement } from './array-splitter.ts';

/** A line that is no JSON; the lines behind it are read all the same. */
export class BrokenLine {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export type JsonRow = ArrayElement | PassedElement | BrokenLine;

/**
 * The rows of a JSON array, or of a file with one JSON object on each line (JSONL): which of them it is its first sign says. Empty lines count as no row.
 * @throws AppError `invalid-input` for a file that is neither
 */
export async function* jsonRows(chunks: AsyncIterable<string>, reader: ElementReader): AsyncGenerator<JsonRow> {
  const ahead = chunks[Symbol.asyncIterator]();
  let head = '';
  let isEnded = false;
  while (head.trimStart() === '' && !isEnded) {
    const next = await ahead.next();
    isEnded = next.done === true;
    head = next.done === true ? '' : next.value.replace(/^\uFEFF/u, '');
  }
  async function* all(): AsyncGenerator<string> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => ahead };
  }
  if (head.trimStart().startsWith('{')) yield* linesOf(all(), reader);
  else yield* arrayElements(all(), reader);
}

async function* linesOf(chunks: AsyncIterable<string>, reader: ElementReader): AsyncGenerator<JsonRow> {
  let held: string[] = [];
  let heldLength = 0;
  let line = 0;
  function* rowOf(text: string): Generator<JsonRow> {
    line++;
    if (text.trim() !== '') yield readLine(text.trim(), line, reader);
  }
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
      yield* rowOf(held.join('') + chunk.slice(from, end));
      held = [];
      heldLength = 0;
      from = end + 1;
    }
    held.push(chunk.slice(from));
    heldLength += chunk.length - from;
    if (heldLength > MAX_RECORD_LENGTH) throw brokenDataSet(reader.what, words('exchange.setLongRecord', { limit: MAX_RECORD_LENGTH }));
  }
  yield* rowOf(held.join(''));
}

function readLine(text: string, line: number, { limits, onPythonNumbers }: ElementReader): JsonRow {
  try {
    const found = [...createArraySplitter(limits).write(`[${text}]`)];
    const [only] = found;
    if (only === undefined || found.length > 1) throw new SyntaxError('it is not one JSON value');
    return only instanceof PassedElement ? only : readElement(only, onPythonNumbers);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof NoArray)) throw error;
    return new BrokenLine(`line ${line} is not valid JSON (${error.message.slice(0, 200)})`);
  }
}
