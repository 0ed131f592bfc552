/** Lines that end as on any system, without a mark of the encoding before them. */
export function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/u, '').split(/\r\n|\n|\r/u);
}

/** How much of a text shows in which format it is. */
const HEAD_LENGTH = 4_000;
const HEAD_LINES = 20;

/** The first lines of a text that are not empty, of which the last may be cut short. */
export function firstLines(text: string): string[] {
  return linesOf(text.slice(0, HEAD_LENGTH))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, HEAD_LINES);
}

/** Whether a text begins as an object of JSON does. */
export function opensObject(text: string): boolean {
  return text.slice(0, HEAD_LENGTH).trimStart().startsWith('{');
}

/** Longer lines hold no shot. */
const MAX_ROW_LENGTH = 50_000;

/** The cells of a line of CSV; a cell in quotes may hold the separator, and quotes that are doubled. */
export function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  const row = line.slice(0, MAX_ROW_LENGTH);
  let at = 0;
  while (at <= row.length) {
    const isQuoted = row[at] === '"';
    let end = isQuoted ? closingQuote(row, at + 1) : at;
    const cell = isQuoted ? row.slice(at + 1, end).replaceAll('""', '"') : null;
    end = row.indexOf(separator, isQuoted ? end + 1 : at);
    if (end < 0) end = row.length;
    cells.push(cell ?? row.slice(at, end));
    at = end + 1;
  }
  return cells;
}

/** Where the quote that was opened before `from` ends; the end of the line where it does not. */
function closingQuote(row: string, from: number): number {
  for (let at = row.indexOf('"', from); at >= 0; at = row.indexOf('"', at + 2)) if (row[at + 1] !== '"') return at;
  return row.length;
}
