/** A text without what is drawn or laid out, and what was done to it, for people. */
interface Plain {
  readonly text: string;
  readonly oddities: readonly string[];
}

const RUBY = /<ruby[\s.>]/iu;
/** A reading and the brackets around it, up to its end tag, which may be missing before the next one of these tags. */
const READINGS = /<(rt|rp)(?:\.[^\s<>]*)?\s*>[^<]*(?:<(?!\/?(?:rt|rp|rb|ruby)\b)[^<]*)*(?:<\/\1\s*>)?/giu;

const BLOCKS = /\{\s*\\[^{}]*\}/gu;
/** `{\p1}` begins a drawing, `{\p0}` ends it. */
const DRAWING_MODES = /\\p(\d)/gu;
/** Commands with their coordinates: `m 0 0 l 100 0`. */
const DRAWN = /^[\s\d.mnlbspc-]*$/iu;

/** Windows has paths with the same signs: `C:\new`, `\\server\new`. */
const PATHS_AND_CODES = /(?:(?<![\p{L}\p{N}])[A-Za-z]:|\\)\\\S*|\\[Nnh]/gu;

/** Takes out what players of SubStation Alpha and browsers show as no words of the text, or draw beside it. */
export function plainText(given: string): Plain {
  const oddities: string[] = [];
  const change = (before: string, after: string, oddity: string): string => {
    if (after !== before) oddities.push(oddity);
    return after;
  };
  const withoutRuby = RUBY.test(given) ? given.replace(READINGS, '') : given;
  const words = change(given, withoutRuby, 'readings beside words (ruby) were left out');
  const text = change(words, withoutDrawings(words), 'a drawing of SubStation Alpha was left out');
  return {
    text: change(text, withLineBreaks(text), '"\\N" and "\\n" were read as line breaks, "\\h" as a blank, as in SubStation Alpha'),
    oddities,
  };
}

/** Words that stand where a drawing should be are kept. */
function withoutDrawings(text: string): string {
  let [kept, at, isDrawing] = ['', 0, false];
  const keepUntil = (end: number): void => {
    const piece = text.slice(at, end);
    if (!isDrawing || !DRAWN.test(piece)) kept += piece;
  };
  for (const block of text.matchAll(BLOCKS)) {
    keepUntil(block.index);
    kept += block[0];
    at = block.index + block[0].length;
    const mode = [...block[0].matchAll(DRAWING_MODES)].at(-1)?.[1];
    if (mode !== undefined) isDrawing = mode !== '0';
  }
  keepUntil(text.length);
  return kept;
}

function withLineBreaks(text: string): string {
  return text.replace(PATHS_AND_CODES, (found) => {
    if (found.length > 2 || found === '\\\\') return found;
    return found === '\\h' ? ' ' : '\n';
  });
}
