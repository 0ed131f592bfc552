/** A line that says when a cue is shown. */
export interface Timing {
  readonly kind: 'timing';
  readonly startUs: number;
  readonly endUs: number;
  /** Text of the cue before, written on this line; mostly empty. */
  readonly textBefore: string;
  /** Text of this cue, written on this line; mostly empty. */
  readonly textBehind: string;
  /** The number of the cue, where it stands on this line. */
  readonly number: string | null;
  /** With a comma between the times: SubViewer, and YouTube's SBV. */
  readonly isSubViewer: boolean;
  /** In which ways the line was not as the format wants it. */
  readonly oddities: readonly string[];
}

/** A line that is meant to say when a cue is shown, but cannot be understood. */
export interface UnreadableTiming {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** Longer lines are text: no timing has more than a few dozen characters. */
const MAX_LENGTH = 300;

/** Two to four numbers with colons and a fraction, blanks and signs wherever people and programs put them. */
const CLOCK = String.raw`(?:-\s*)?\d+(?:\s*:\s*(?:-\s*)?\d+){1,3}(?:\s*[.,]\s*\d+)?`;
/** `-->`, and what stands in its place in files found: `->`, `–>`, `=>`, `--&gt;`, `→`, a dash, the comma of YouTube's SBV. */
const ARROW = String.raw`(?:[-–—−=]\s*)*(?:>|&gt;)+|[→⇒➔]|[-–—]+|,`;
const TIMING = new RegExp(
  String.raw`^(?:(?<number>\d+)\s+(?=[-\d]))?(?<start>${CLOCK})\s*(?<arrow>${ARROW})\s*(?<end>${CLOCK})(?<behind>.*)$`,
  'u',
);
/** With its hours and its fraction, so that no ordinary sentence looks like it. */
const FULL_CLOCK = String.raw`\d{1,4}\s*:\s*\d{1,2}\s*:\s*\d{1,2}\s*[.,:]\s*\d{1,9}`;
const FULL_TIMING = new RegExp(String.raw`${FULL_CLOCK}\s*-->\s*${FULL_CLOCK}`, 'u');
const TWO_FULL_CLOCKS = new RegExp(String.raw`^-?${FULL_CLOCK}\D.*${FULL_CLOCK}`, 'u');
/** Cue settings of WebVTT, those of its first draft, and the coordinates of SubRip. */
const SETTINGS =
  /^(?:\s*(?:[XY][12]\s*:\s*-?\d+|(?:align|position|line|size|vertical|region)\s*:\s*\S+|[ADLST]:(?:start|middle|end|vertical(?:-lr)?|\d+%?)(?=\s|$)))*\s*/iu;

/**
 * Reads a line that says when a cue is shown. Lines that nearly do are read where there is one meaning, else reported as unreadable: taken for
 * text, they would be speech that nobody said.
 * @returns null for a line of text
 */
export function readTiming(line: string, isWebVtt: boolean): Timing | UnreadableTiming | null {
  if (line.length > MAX_LENGTH || !/\p{Nd}|-->/u.test(line)) return null;
  // In WebVTT the reference is how text has the sign.
  if (isWebVtt && line.includes('&gt;') && !line.includes('-->')) return null;
  const plain = withoutBrackets(withoutMarks(line).trim());
  return (
    readWhole(plain) ??
    readBehindText(plain) ??
    (isNearlyTiming(plain, isWebVtt) ? { kind: 'unreadable', reason: 'a cue whose times cannot be read was left out' } : null)
  );
}

/** Without marks of writing direction and the like, which editors leave around numbers, and with full-width signs as plain ones. */
export function withoutMarks(line: string): string {
  return line
    .replace(/[\u00AD\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .replace(/[！-～]/gu, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) - 0xfee0));
}

/** Without brackets or quotation marks around the times, as Whisper prints them: `[00:01.000 --> 00:02.000]  text`. */
function withoutBrackets(line: string): string {
  const opened = /^["'[(]+\s*(?=-?\d)/u.exec(line)?.[0];
  return opened === undefined || !line.includes('-->') ? line : line.slice(opened.length).replace(/(?<=\d\s*)["'\])]+/u, ' ');
}

function readWhole(line: string): Timing | UnreadableTiming | null {
  const { start = '', end = '', arrow = '', behind = '', number = null } = TIMING.exec(line)?.groups ?? {};
  if (start === '' || !isCertain(start, end, arrow)) return null;
  const [from, to] = [readClock(start), readClock(end)];
  if (from === null || to === null)
    return { kind: 'unreadable', reason: 'a cue whose times are counted in frames (or are missing) was left out' };
  if (/^[\p{Nd}:.,]/u.test(behind)) return null;
  const oddities = [...new Set([...from.oddities, ...to.oddities])];
  if (arrow.replaceAll(/\s/gu, '') !== '-->') oddities.push(`"${arrow.trim()}" was read as "-->"`);
  if (from.us < 0 && to.us > 0) oddities.push('a cue that starts before the video was trimmed to the start of the video');
  const textBehind = behind.replace(SETTINGS, '').trim();
  if (textBehind !== '') oddities.push('the text after the times was read as part of the cue');
  return {
    kind: 'timing',
    startUs: to.us > 0 ? Math.max(0, from.us) : from.us,
    endUs: to.us,
    textBefore: '',
    textBehind,
    number,
    isSubViewer: arrow === ',',
    oddities,
  };
}

/** Times without the arrow of the format may be part of a sentence, e.g. opening hours, unless they are complete. */
function isCertain(start: string, end: string, arrow: string): boolean {
  if (arrow.replaceAll(/\s/gu, '') === '-->') return true;
  const hasArrowHead = /[>;→⇒➔]/u.test(arrow);
  return [start, end].every((clock) => {
    const isLong = clock.split(':').length > 2;
    return hasArrowHead ? isLong || /[.,]/u.test(clock) : isLong && /[.,]|:\s*\d{3}$/u.test(clock);
  });
}

/** `…end of the cue before00:00:04,000 --> 00:00:05,000`: a line break was lost. */
function readBehindText(line: string): Timing | UnreadableTiming | null {
  const at = FULL_TIMING.exec(line)?.index ?? 0;
  const read = at === 0 ? null : readWhole(line.slice(at));
  if (read?.kind !== 'timing') return read;
  const textBefore = line.slice(0, at).trim();
  if (textBefore === '' || /[\p{Nd}:.,]$/u.test(textBefore)) return null;
  return { ...read, textBefore, oddities: [...read.oddities, 'the text before the times was read as part of the previous cue'] };
}

function isNearlyTiming(line: string, isWebVtt: boolean): boolean {
  const [left = '', right] = line.split(/-->|--&gt;/u);
  if (right === undefined) return TWO_FULL_CLOCKS.test(line);
  // No text of WebVTT may hold the arrow.
  if (isWebVtt) return true;
  const isClockLike = (side: string): boolean => /\p{Nd}\s*[:：]\s*-?\p{Nd}/u.test(side);
  const isNumeric = (side: string): boolean => /^\s*-?\p{Nd}/u.test(side);
  return isClockLike(left) || isClockLike(right) || (isNumeric(left) && isNumeric(right));
}

interface ClockTime {
  readonly us: number;
  readonly oddities: readonly string[];
}

function readClock(written: string): ClockTime | null {
  const oddities: string[] = [];
  const compact = written.replaceAll(/\s/gu, '');
  if (compact !== written) oddities.push('spaces inside the times were ignored');
  const [clock = '', afterMark] = compact.replaceAll('-', '').split(/[.,]/u);
  const fields = clock.split(':');
  // `00:00:01:500`: a colon before the milliseconds.
  const hasColon = afterMark === undefined && fields.length > 2 && fields.at(-1)?.length === 3;
  const fraction = hasColon ? fields.pop() : afterMark;
  if (hasColon) oddities.push('the colon before the milliseconds was read as a comma');
  // `00:00:01:12`: the last are frames, and the file does not say of how many in a second.
  if (fields.length > 3) return null;
  if (fields.slice(1).some((field) => Number(field) > 59)) oddities.push('minutes or seconds above 59 were carried over');
  if (fraction !== undefined && fraction.length !== 3)
    oddities.push('a fraction of a second without three digits was read as a decimal (",5" is 500 ms)');
  const wholeUs = fields.reduce((sum, field) => sum * 60 + Number(field), 0) * 1_000_000;
  const us = wholeUs + Number((fraction ?? '').padEnd(6, '0').slice(0, 6));
  return { us: compact.includes('-') ? -us : us, oddities };
}
