/** A line of subtitles, microseconds from the first frame. */
export interface Cue {
  readonly startUs: number;
  readonly endUs: number;
  /** May have several lines. */
  readonly text: string;
}

export interface ParsedCues {
  /** In order of time. */
  readonly cues: readonly Cue[];
  /** What was left out or mended, with its line, for people. */
  readonly notes: readonly string[];
}

/** Hours are optional in WebVTT; SubRip has a comma before the milliseconds, many tools write a dot. What follows is settings. */
const TIMING = /^\s*((?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)(?:\s.*)?$/u;
const MAX_NOTES = 20;
/** A thousand hours: what is later is a broken time stamp, and no video. */
const LATEST_US = 1000 * 3600 * 1e6;

/**
 * Reads SubRip and WebVTT alike, as tools really write them: a byte order mark, any line ends, missing or wrong numbers, cue settings,
 * notes, styles and regions, tags, entities, cues out of order. Overlapping cues stay.
 * Source: WebVTT (W3C Candidate Recommendation), SubRip as its players read it.
 * @returns null when the text has no cue at all, and so is no subtitle file
 */
export function parseCues(text: string): ParsedCues | null {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r\n|\r|\n/u);
  const cues: Cue[] = [];
  const notes: string[] = [];
  let leftOut = 0;
  const note = (line: number, reason: string): void => {
    leftOut++;
    if (leftOut <= MAX_NOTES) notes.push(`line ${line + 1}: ${reason}`);
  };
  let hasTiming = false;
  for (let line = 0; line < lines.length; line++) {
    const timing = TIMING.exec(lines[line] ?? '');
    if (timing === null) continue;
    hasTiming = true;
    const [startUs, endUs] = [timeUs(timing[1] ?? ''), timeUs(timing[2] ?? '')];
    const timingLine = line;
    const spoken: string[] = [];
    while (line + 1 < lines.length && !TIMING.test(lines[line + 1] ?? '')) {
      const next = lines[line + 1] ?? '';
      if (next.trim() === '') break;
      // A cue without a blank line before it: its number belongs to it.
      if (/^\d+$/u.test(next.trim()) && TIMING.test(lines[line + 2] ?? '')) break;
      spoken.push(next);
      line++;
    }
    const plain = plainText(spoken.join('\n'));
    if (endUs > LATEST_US) note(timingLine, 'a cue later than 1,000 hours was left out');
    else if (endUs <= startUs) note(timingLine, 'a cue that ends before it begins was left out');
    else if (plain === '') note(timingLine, 'a cue without text was left out');
    else cues.push({ startUs, endUs, text: plain });
  }
  if (leftOut > MAX_NOTES) notes.push(`and ${leftOut - MAX_NOTES} more cues were left out`);
  return hasTiming ? { cues: cues.toSorted((a, b) => a.startUs - b.startUs || a.endUs - b.endUs), notes } : null;
}

function timeUs(time: string): number {
  const [clock = '', fraction = '0'] = time.split(/[.,]/u);
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return seconds * 1_000_000 + Number(fraction.padEnd(3, '0')) * 1000;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '' };

/** Without tags (`<i>`, `<v Speaker>`, `<00:01.000>`, and the `{\an8}` of SubStation) and with entities resolved. */
function plainText(text: string): string {
  return text
    .replace(/<\/?[a-z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}/giu, '')
    .replace(/&(amp|lt|gt|nbsp|lrm|rlm);/gu, (_whole, name: string) => ENTITIES[name] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** One cue of a SubRip file; `number` counts from 1. */
export function srtCue(cue: Cue, number: number): string {
  return `${number}\r\n${stamp(cue.startUs, ',')} --> ${stamp(cue.endUs, ',')}\r\n${escapeTags(safeLines(cue.text)).replaceAll('\n', '\r\n')}\r\n\r\n`;
}

export const VTT_HEADER = 'WEBVTT\n\n';

/** One cue of a WebVTT file. */
export function vttCue(cue: Cue): string {
  const text = safeLines(cue.text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `${stamp(cue.startUs, '.')} --> ${stamp(cue.endUs, '.')}\n${text}\n\n`;
}

/** SubRip has no escapes but players read tags: what looks like one gets its entity. */
function escapeTags(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An empty line would end the cue. */
function safeLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

function stamp(us: number, separator: ',' | '.'): string {
  const ms = Math.round(us / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
  return `${clock}${separator}${String(ms % 1000).padStart(3, '0')}`;
}
