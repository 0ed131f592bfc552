/** A piece of a search snippet: matched words are to be marked. */
export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

const START = '\u0002';
const END = '\u0003';

/** Splits a snippet of the core, in which matches stand between U+0002 and U+0003. */
export function snippetParts(snippet: string): SnippetPart[] {
  const parts: SnippetPart[] = [];
  for (const [index, piece] of snippet.split(START).entries()) {
    const [match = '', rest] = piece.split(END);
    if (index === 0 || rest === undefined) {
      parts.push({ text: piece.replaceAll(END, ''), isMatch: false });
    } else {
      parts.push({ text: match, isMatch: true }, { text: rest, isMatch: false });
    }
  }
  return parts.filter(({ text }) => text !== '');
}
