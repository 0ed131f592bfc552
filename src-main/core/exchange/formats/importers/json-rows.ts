import { arrayElements, type ElementReader, type FoundElement, readFound } from './array-elements.ts';
import { createArraySplitter, type ElementLimits, HEAD_LENGTH, NoArray, PassedElement, type SplitElement } from './array-splitter.ts';

export type JsonRow = FoundElement;

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
  function* rowOf(end: string): Generator<JsonRow> {
    line++;
    const text = held.join('') + end;
    const isLong = heldLength + end.length > reader.limits.length;
    [held, heldLength] = [[], 0];
    if (isLong) yield new PassedElement('length', text.slice(0, HEAD_LENGTH), { line, column: 1 });
    else if (text.trim() !== '') yield readLine(text, line, reader);
  }
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
      yield* rowOf(chunk.slice(from, end));
      from = end + 1;
    }
    // Of what is too long only the beginning is kept.
    if (heldLength > reader.limits.length) held = [held.join('').slice(0, HEAD_LENGTH)];
    else held.push(chunk.slice(from));
    heldLength += chunk.length - from;
  }
  yield* rowOf('');
}

function readLine(text: string, line: number, { limits, onPythonNumbers }: ElementReader): JsonRow {
  const row = text.trim();
  const [only, ...others] = elementsIn(row, limits);
  const place = { line, column: text.length - text.trimStart().length + 1 };
  return readFound(only instanceof PassedElement && others.length === 0 ? only : row, place, onPythonNumbers);
}

/** None where it is no JSON at all, which a parser tells better. */
function elementsIn(row: string, limits: ElementLimits): SplitElement[] {
  try {
    return [...createArraySplitter(limits).write(`[${row}]`)];
  } catch (error) {
    if (error instanceof NoArray) return [];
    throw error;
  }
}
