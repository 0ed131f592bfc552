/** How JSON is laid out: `compact`, or `python` = what Python's `json.dump(value, file, indent=4)` writes, byte for byte. */
export type JsonLayout = 'compact' | 'python';

/** One value as text; in the `python` layout indented as an element of a top-level array. */
export function jsonElement(value: unknown, layout: JsonLayout): string {
  return laidOut(value, layout, 1);
}

/** An object, not an empty one, as `jsonElement` lays it out, its lists one thing after the other: those of a video's shots are long. */
export function* jsonPieces(record: Readonly<Record<string, unknown>>, layout: JsonLayout): Generator<string> {
  let lead = '{';
  for (const [key, value] of Object.entries(record)) {
    yield `${lead}${lineAt(2, layout)}${laidOut(key, layout, 2)}:${layout === 'python' ? ' ' : ''}`;
    if (Array.isArray(value) && value.length > 0) yield* listPieces(value, layout);
    else yield laidOut(value, layout, 2);
    lead = ',';
  }
  yield `${lineAt(1, layout)}}`;
}

function* listPieces(list: readonly unknown[], layout: JsonLayout): Generator<string> {
  for (const [index, value] of list.entries()) yield `${index === 0 ? '[' : ','}${lineAt(3, layout)}${laidOut(value, layout, 3)}`;
  yield `${lineAt(2, layout)}]`;
}

function laidOut(value: unknown, layout: JsonLayout, depth: number): string {
  if (layout === 'compact') return JSON.stringify(value);
  return escapeNonAscii(JSON.stringify(value, null, INDENT)).replaceAll('\n', lineAt(depth, layout));
}

const INDENT = 4;

function lineAt(depth: number, layout: JsonLayout): string {
  return layout === 'python' ? `\n${' '.repeat(depth * INDENT)}` : '';
}

/** Pieces that make a streamed JSON array out of already laid-out elements. */
export function jsonArray(layout: JsonLayout) {
  let count = 0;
  return {
    element(text: string): string {
      const lead = count++ === 0 ? '[' : ',';
      return layout === 'compact' ? `${lead}\n${text}` : `${lead}\n    ${text}`;
    },
    /** Python's `json.dump` ends without a newline; the compact layout has one. */
    end(): string {
      if (layout === 'python') return count === 0 ? '[]' : '\n]';
      return count === 0 ? '[]\n' : '\n]\n';
    },
  };
}

/** As `ensure_ascii=True`, Python's default: one `\uXXXX` per UTF-16 unit. */
function escapeNonAscii(text: string): string {
  return text.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
