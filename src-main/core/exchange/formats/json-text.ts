/** How JSON is laid out: `compact`, or `python` = what Python's `json.dump(value, file, indent=4)` writes, byte for byte. */
export type JsonLayout = 'compact' | 'python';

/** One value as text; in the `python` layout indented as an element of a top-level array. */
export function jsonElement(value: unknown, layout: JsonLayout): string {
  if (layout === 'compact') return JSON.stringify(value);
  return escapeNonAscii(JSON.stringify(value, null, 4)).replaceAll('\n', '\n    ');
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
