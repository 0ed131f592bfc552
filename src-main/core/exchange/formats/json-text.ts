import { tokensOf } from './json-parts.ts';

/** How JSON is laid out: `compact`, or `python` = what Python's `json.dump(value, file, indent=4)` writes, byte for byte. */
export type JsonLayout = 'compact' | 'python';

/** One value as text; in the `python` layout indented as an element of a top-level array. */
export function jsonElement(value: unknown, layout: JsonLayout): string {
  const text = JSON.stringify(value);
  return layout === 'compact' ? text : rawJson(text, layout, 1);
}

/** The same of JSON text, each number as it stands. */
export function rawElement(text: string, layout: JsonLayout): string {
  return rawJson(text, layout, 1);
}

/** A value as JSON text, or a list of such texts. */
export type RawJson = string | readonly string[];

/** An object of keys and values that are JSON text, its lists one thing after the other: those of a video's shots are long. Lies in a top-level array. */
export function* rawPieces(members: readonly (readonly [rawKey: string, value: RawJson])[], layout: JsonLayout): Generator<string> {
  if (members.length === 0) return yield '{}';
  let lead = '{';
  for (const [rawKey, value] of members) {
    yield `${lead}${lineAt(2, layout)}${rawJson(rawKey, layout, 2)}:${layout === 'python' ? ' ' : ''}`;
    if (typeof value === 'string') yield rawJson(value, layout, 2);
    else yield* listPieces(value, layout);
    lead = ',';
  }
  yield `${lineAt(1, layout)}}`;
}

function* listPieces(list: readonly string[], layout: JsonLayout): Generator<string> {
  if (list.length === 0) return yield '[]';
  for (const [index, value] of list.entries()) yield `${index === 0 ? '[' : ','}${lineAt(3, layout)}${rawJson(value, layout, 3)}`;
  yield `${lineAt(2, layout)}]`;
}

/** JSON text laid out anew, each number as it stands. */
function rawJson(text: string, layout: JsonLayout, depth: number): string {
  if (layout === 'compact' && isOneString(text)) return text;
  let laid = '';
  let level = depth;
  let before = '';
  for (const token of tokensOf(text)) {
    const isEmpty = (before === '{' && token === '}') || (before === '[' && token === ']');
    if (token === '}' || token === ']') laid += isEmpty ? token : `${lineAt(--level, layout)}${token}`;
    else {
      const isFirst = before === '{' || before === '[';
      if (isFirst) level++;
      laid += (isFirst || before === ',' ? lineAt(level, layout) : '') + (token.startsWith('"') ? string(token, layout) : token);
    }
    if (isEmpty) before = 'x';
    else before = token;
    if (token === ':' && layout === 'python') laid += ' ';
  }
  return laid;
}

function isOneString(text: string): boolean {
  return text.startsWith('"');
}

/** As JavaScript escapes, or as Python does. */
function string(token: string, layout: JsonLayout): string {
  return layout === 'compact' ? token : escapeNonAscii(JSON.stringify(JSON.parse(token)));
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
