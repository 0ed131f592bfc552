/** A place in a file of text, as editors count it: from 1, columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Counts lines of text that comes in chunks, each of them gone over once. */
export function createPlaceCounter() {
  let line = 1;
  /** In the whole text. */
  let lineStart = 0;
  let chunkStart = 0;
  /** Of the next line break in the chunk. */
  let nextBreak = -1;

  /** Finds the next one only once: a chunk may have thousands of records in one line. */
  function findBreak(text: string, from: number): void {
    const found = text.indexOf('\n', from);
    nextBreak = found === -1 ? text.length : found;
  }

  function placeOf(text: string, at: number): TextPlace {
    while (nextBreak < at) {
      line++;
      lineStart = chunkStart + nextBreak + 1;
      findBreak(text, nextBreak + 1);
    }
    return { line, column: chunkStart + at - lineStart + 1 };
  }

  return {
    begin: (chunk: string): void => findBreak(chunk, 0),
    /** @param at places in a chunk rise */
    placeOf,
    end(chunk: string): void {
      placeOf(chunk, chunk.length);
      chunkStart += chunk.length;
    },
  };
}

/** The place of a sign in a text that begins at `begins`. */
export function placeWithin(text: string, at: number, begins: TextPlace): TextPlace {
  let [line, lineStart] = [begins.line, 1 - begins.column];
  for (let found = text.indexOf('\n'); found !== -1 && found < at; found = text.indexOf('\n', found + 1)) {
    line++;
    lineStart = found + 1;
  }
  return { line, column: at - lineStart + 1 };
}

export function describePlace({ line, column }: TextPlace): string {
  return `line ${line.toLocaleString('en')}, column ${column.toLocaleString('en')} of the file`;
}
