/**
 * Deeper than anything that the studio stores: what a data set says besides is 64 levels (`importers/shot2story.ts`), and that of clients 32. Parsers, schemas
 * and `JSON.stringify` go down by recursion and end at some thousands, SQLite at a thousand.
 */
const MAX_DEPTH = 100;

/**
 * The JSON of a row, which may be of a project by anybody.
 * @throws SyntaxError for what is no JSON, and for what is nested deeper than the studio stores anything
 */
export function parseStoredJson(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  if (isDeep(text)) throw new SyntaxError(`JSON nested more than ${MAX_DEPTH} levels deep`);
  return parse(text);
}

/** By its brackets outside of strings alone: nothing that recurses has seen it yet. */
function isDeep(text: string): boolean {
  // Almost all rows have fewer brackets, in strings or not, and those are quickly found.
  if (text.length <= MAX_DEPTH || countOf(text, '[') + countOf(text, '{') <= MAX_DEPTH) return false;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isInString && sign === '\\') at++;
    else if (sign === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (sign === '[' || sign === '{') depth++;
    else if (sign === ']' || sign === '}') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** No further than one more than is allowed. */
function countOf(text: string, sign: string): number {
  let count = 0;
  for (let at = text.indexOf(sign); at !== -1 && count <= MAX_DEPTH; at = text.indexOf(sign, at + 1)) count++;
  return count;
}
