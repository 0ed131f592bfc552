/**
 * JSON as it is written, without reading it: what JavaScript would change, as `1.0`, numbers beyond 2^53, keys that look like numbers and keys that stand
 * twice, stays. All of these take text that is valid JSON.
 */

/** The place behind the string whose opening quote stands at `from`. */
export function endOfString(text: string, from: number): number {
  let quote = text.indexOf('"', from + 1);
  while (quote !== -1) {
    let escapes = 0;
    while (text[quote - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

/** A key with what stands under it. */
export interface JsonMember {
  readonly key: string;
  /** As it is written, with its quotes. */
  readonly rawKey: string;
  readonly raw: string;
}

/** Of an object, in their order. */
export function membersOf(object: string): JsonMember[] {
  return partsOf(object).map((part) => {
    const rawKey = part.slice(0, endOfString(part, 0));
    return { key: String(JSON.parse(rawKey)), rawKey, raw: part.slice(part.indexOf(':', rawKey.length) + 1).trim() };
  });
}

/** Of a list, in their order. */
export function elementsOf(list: string): string[] {
  return partsOf(list);
}

/** What stands between the commas of an object or a list. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') at = endOfString(text, at) - 1;
    else if (sign === '{' || sign === '[') {
      if (depth++ === 0) from = at + 1;
    } else if (sign === '}' || sign === ']') {
      if (--depth === 0) parts.push(text.slice(from, at).trim());
    } else if (sign === ',' && depth === 1) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts.length === 1 && parts[0] === '' ? [] : parts;
}

/** Signs, strings, and what is none: numbers, `true`, `false` and `null`. */
export function* tokensOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const sign = text[at] ?? '';
    const end = sign === '"' ? endOfString(text, at) : STRUCTURE.has(sign) ? at + 1 : endOfWord(text, at);
    if (!BLANK.has(sign)) yield text.slice(at, end);
    at = end;
  }
}

const BLANK: ReadonlySet<string> = new Set([' ', '\t', '\n', '\r']);
const STRUCTURE: ReadonlySet<string> = new Set([...BLANK, '{', '}', '[', ']', ',', ':']);

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !STRUCTURE.has(text[at] ?? '')) at++;
  return at;
}
