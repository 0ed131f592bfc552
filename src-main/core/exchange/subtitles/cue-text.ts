import { decodeHTML, decodeHTMLStrict } from 'entities';
import { plainText } from './cue-codes.ts';

/** A line of a cue as it is shown. */
export interface CueLine {
  /** Empty for a line of blanks. */
  readonly text: string;
  /** It says when its words are spoken: `the<00:00:01.200> dog`. */
  readonly isTimed: boolean;
}

/** U+2060, which nobody sees. Written into what would be read as a tag, a reference or a time, and taken out again when read. */
const WORD_JOINER = '\u2060';
/** Stands for a time inside a line while tags are taken out; no text holds it. */
const TIME_MARK = '\u0001';

const SIMPLE_TAGS = 'b|i|u|s|em|strong|strike|big|small|sub|sup|tt|center|ruby|rb|rt|rp|c|v|lang|font|span|a';
/**
 * Tags that programs write into SubRip and WebVTT, and no others: `x<y and y>z` and `<String>` are text. Tags with words inside must be ones
 * that take words: `<font color=red>`, `<v Ann>`.
 */
const TAGS = new RegExp(
  [
    String.raw`<(?:/\s*)?(?:${SIMPLE_TAGS})(?:\.[^\s<>]*)?\s*/?>`,
    String.raw`<(?:font|span)\s[^<>]*>|<a\s+[\w-]+=[^<>]*>`,
    String.raw`(?<![\p{L}\p{N}])<(?:v|lang)(?:\.[^\s<>]*)?\s[^<>]*>`,
  ].join('|'),
  'giu',
);
const TIMES = /<(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}>/gu;
const BREAK_TAGS = /<br\s*\/?>|<\/?(?:p|div)(?:\s+[\w-]+=[^<>]*)?>/giu;
const LINE_BREAKS = /\r\n|[\r\v\f\u0085\u2028\u2029]/gu;
/** Overrides of SubStation Alpha (`{\an8}`, `{\i1}`, `{\pos(10,20)}`) and codes of MicroDVD (`{y:i}`), which players obey in SubRip too. */
const OVERRIDES =
  /\{\s*\\(?:(?:an?|[ibus]|q|p|be|blur|[1-4]?c|[1-4]?a|alpha|fs|fsc[xy]|fsp|fr[xyz]?|fa[xy]|[xy]?bord|[xy]?shad|[kK][fo]?|pbo|fe)[-\d.&]|(?:pos|move|org|fade?|i?clip|t)\(|fn|[ribusc]\b)[^{}]*\}|\{[CcFfoPSsYy]:[^{}]*\}/gu;
const CONTROLS = /(?![\t\n])\p{Cc}/gu;
const DIRECTION_MARKS = /[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
const JOINED = new RegExp(String.raw`(?<=[<&{:\-\\])${WORD_JOINER}`, 'gu');

export interface CueLines {
  readonly lines: readonly CueLine[];
  /** What was left out or read in another way, for people. */
  readonly oddities: readonly string[];
}

/**
 * The lines of a cue as a player shows them: without tags, and with character references resolved. They are part of WebVTT; SubRip has
 * none, but programs write them, so those that are complete are resolved there too.
 */
export function cueLines(given: string, { isWebVtt, isSubViewer }: { isWebVtt: boolean; isSubViewer: boolean }): CueLines {
  const raw = isSubViewer ? given.replaceAll(/\[br\]/giu, '\n') : given;
  const { text: words, oddities } = plainText(raw.replace(LINE_BREAKS, '\n').replace(BREAK_TAGS, '\n').replace(CONTROLS, ''));
  const bare = words.replace(TIMES, TIME_MARK).replace(TAGS, '').replace(OVERRIDES, '');
  const lines = bare.split('\n').map((line) => {
    const resolved = isWebVtt ? decodeHTML(line) : decodeHTMLStrict(line);
    const text = resolved.replaceAll(TIME_MARK, '').replaceAll('\u00A0', ' ').replace(DIRECTION_MARKS, '').replace(JOINED, '').trim();
    return { text, isTimed: line.includes(TIME_MARK) };
  });
  return { lines, oddities };
}

/** Lines of a text without empty ones, which would end a cue or a line of a file. */
export function filledLines(text: string): string[] {
  return text
    .replace(LINE_BREAKS, '\n')
    .replace(CONTROLS, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Looks like a tag to one reader or another: most drop everything between `<` and `>`. */
const TAG_LIKE = /<(?=[^<>]+>)/gu;
const REFERENCE_LIKE = /&(?=#?[\da-z]+;)/giu;
const OVERRIDE_LIKE = /\{(?=\s*\\[^{}]*\}|[CcFfoPSsYy]:[^{}]*\})/gu;
/** Line breaks and blanks of SubStation Alpha. */
const CODE_LIKE = /\\(?=[Nnh])/gu;

/** SubRip has no escapes: what would be read as a tag or a reference is broken apart by a sign that nobody sees. */
export function breakMarkup(text: string): string {
  return breakOverrides(text).replace(TAG_LIKE, `<${WORD_JOINER}`).replace(REFERENCE_LIKE, `&${WORD_JOINER}`);
}

/** Breaks apart what players obey although neither format has it. */
export function breakOverrides(text: string): string {
  return text.replace(OVERRIDE_LIKE, `{${WORD_JOINER}`).replace(CODE_LIKE, `\\${WORD_JOINER}`);
}

/** Breaks a line apart that would be read as the times of a cue. */
export function breakTiming(line: string): string {
  return line.replaceAll(/(?<=[:-])/gu, WORD_JOINER);
}
