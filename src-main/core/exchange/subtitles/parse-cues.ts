import { mapInTurns, type Turn } from '#core/base/turns.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Cue } from './cue.ts';
import { cueLines } from './cue-text.ts';
import { readTiming, type Timing, type UnreadableTiming, withoutMarks } from './cue-timing.ts';
import { createLineNotes, type LineNotes } from './line-notes.ts';
import { type ShownCue, unrollCaptions } from './rolling-captions.ts';

export interface ParsedCues {
  /** In order of time. */
  readonly cues: readonly Cue[];
  /** What was left out or mended, with its lines, for people. */
  readonly notes: readonly string[];
}

/** Twice as many as are imported, for rolling captions show each line again: of more nobody needs to know what they say. */
const MAX_TIMINGS = 40_000;
/** A cue has a few hundred letters; with tags for each of them, not so many. */
const MAX_CUE_LENGTH = 20_000;
/** A thousand hours: what is later is a broken time stamp, and no video. */
const LATEST_US = 1000 * 3600 * 1e6;

/**
 * Reads SubRip and WebVTT as programs and people really write them: any line ends, missing, wrong or glued numbers, times that are nearly
 * right, empty lines inside a cue, tags, character references, rolling captions, cues out of order. Overlapping cues stay. Whatever is not
 * as the format says is either read in the one way that it can be meant or left out, and noted with its line.
 * Source: WebVTT (W3C Candidate Recommendation); SubRip as pysubs2, srt, webvtt-py and ffmpeg read it.
 * @returns null when the text has no cue at all, and so is no subtitle file
 * @throws AppError `invalid-input` for more cues than any video has
 */
export async function parseCues(text: string, turn: Turn): Promise<ParsedCues | null> {
  const lines = linesOf(text.replace(/^\uFEFF/u, ''));
  const notes = createLineNotes();
  await turn();
  const isWebVtt = holdsWebVtt(lines, notes);
  const read = await readTimings(lines, isWebVtt, turn);
  await turn();
  const blocks = readBlocks(read, isWebVtt, notes);
  if (blocks.length === 0) return null;
  await turn();
  noteRestarts(blocks, lines, notes);
  const shown = await mapInTurns(blocks, turn, (block) => shownCue(block, isWebVtt, notes));
  await turn();
  const distinct = withoutDoubles(shown.flat(), notes);
  return { cues: await unrollCaptions(distinct, notes, turn), notes: notes.list() };
}

/** Lines that end as on any system; carriage returns before a line feed are part of it. By hand, for an expression would begin anew at each of a million of them. */
function linesOf(text: string): string[] {
  const pieces = text.split('\n');
  return pieces.flatMap((piece, index) => {
    let end = piece.length;
    if (index < pieces.length - 1) while (end > 0 && piece[end - 1] === '\r') end--;
    return piece.slice(0, end).split('\r');
  });
}

/** By its first line; where that is missing, by what only WebVTT has. */
function holdsWebVtt(lines: readonly string[], notes: LineNotes): boolean {
  if (/^WEBVTT(?:\s|$)/iu.test(lines.find((line) => line.trim() !== '') ?? '')) return true;
  const hasAside = lines.some((line, index) => isAside(line) && (lines[index - 1] ?? '') === '');
  if (!hasAside || lines.some((line) => /\d,\d{1,3}\s*-->/u.test(line)) || !lines.some((line) => line.includes('-->'))) return false;
  notes.add(0, 'the first line of a WebVTT file, "WEBVTT", is missing; it was read as one');
  return true;
}

interface Line {
  readonly index: number;
  readonly text: string;
}

interface Block {
  /** Of the line with the times, counted from 0. */
  readonly lineIndex: number;
  readonly timing: Timing | UnreadableTiming;
  readonly number: number | null;
  readonly body: readonly Line[];
}

/** A line with what it says of times, if it does. */
interface ReadLine extends Line {
  readonly read: Timing | UnreadableTiming | null;
}

function readTimings(lines: readonly string[], isWebVtt: boolean, turn: Turn): Promise<ReadLine[]> {
  let count = 0;
  let index = -1;
  return mapInTurns(lines, turn, (text) => {
    index++;
    const read = readTiming(text, isWebVtt);
    if (read !== null && ++count > MAX_TIMINGS)
      throw new AppError('invalid-input', words('exchange.tooManyTimings', { limit: MAX_TIMINGS }));
    return { index, text, read };
  });
}

/** Cuts the file at the lines with times: empty lines alone end no cue, for many files have them inside. */
function readBlocks(lines: readonly ReadLine[], isWebVtt: boolean, notes: LineNotes): Block[] {
  const blocks: Block[] = [];
  let timing: Timing | UnreadableTiming | null = null;
  let lineIndex = 0;
  let number: number | null = null;
  let body: Line[] = [];
  const areNumbersGlued = hasGluedNumbers(lines);
  const close = (isLast: boolean): number | null => {
    const { own, next } = splitOffName(body, {
      isWebVtt,
      isFirst: timing === null,
      isLast,
      number,
      cueCount: blocks.length + 1,
      areNumbersGlued,
      notes,
    });
    if (timing === null) noteTextBefore(own, isWebVtt, notes);
    else blocks.push({ lineIndex, timing, number, body: isWebVtt ? spokenBlocks(own, notes) : own });
    return next;
  };
  for (const line of lines) {
    const { index, read } = line;
    if (read === null) {
      body.push(line);
      continue;
    }
    if (read.kind === 'timing' && read.textBefore !== '') body.push({ index, text: read.textBefore });
    number = close(false);
    if (read.kind === 'timing' && read.number !== null) number = Number(read.number);
    [timing, lineIndex] = [read, index];
    body = read.kind === 'timing' && read.textBehind !== '' ? [{ index, text: read.textBehind }] : [];
  }
  close(true);
  return blocks;
}

/** Below, numbers right behind a text prove no habit of the file. */
const MIN_GLUED = 3;

/** Whether the numbers of most cues stand right behind the text of the cue before, as where all empty lines were lost. */
function hasGluedNumbers(lines: readonly ReadLine[]): boolean {
  const timings = lines.flatMap(({ index, read }) => (read?.kind === 'timing' ? [index] : []));
  const textAt = (index: number): string => lines[index]?.text ?? '';
  const glued = timings.filter((index) => /^\s*\d+\s*$/u.test(textAt(index - 1)) && textAt(index - 2).trim() !== '').length;
  return glued >= MIN_GLUED && glued * 2 > timings.length;
}

/**
 * Where times go back to a first cue: two files in one, when there is a header or numbers come again that were there before; else cues out of order, which are sorted.
 */
function noteRestarts(blocks: readonly Block[], lines: readonly string[], notes: LineNotes): void {
  const lastBlockOf = new Map(blocks.map(({ number }, index) => [number, index]));
  let latestUs = -Infinity;
  let before = 0;
  let lastRepeated = -1;
  for (const [index, { timing, number, lineIndex }] of blocks.entries()) {
    if (timing.kind !== 'timing') continue;
    const hasHeader = lines.slice(before, lineIndex).some((line) => /^WEBVTT(?:\s|$)/u.test(line));
    if ((hasHeader || number === 1) && timing.startUs < latestUs)
      notes.add(lineIndex, hasHeader || lastRepeated >= index ? RESTART : OUT_OF_ORDER);
    latestUs = Math.max(latestUs, timing.startUs);
    before = lineIndex;
    if (number !== null) lastRepeated = Math.max(lastRepeated, lastBlockOf.get(number) ?? -1);
  }
}

const RESTART = 'the times begin again, as where two files were joined; they were taken as they stand, so the parts lie over each other';
const OUT_OF_ORDER = 'the first cue stands behind later ones; cues were sorted by their times';

const isBlank = (line: Line | undefined): boolean => line === undefined || line.text.trim() === '';

/** `42`, also behind marks of writing direction; NaN for digits of another script; null for what is no number. */
function numberIn(line: Line | undefined): number | null {
  const text = withoutMarks(line?.text ?? '').trim();
  return /^\p{Nd}+$/u.test(text) ? Number(text) : null;
}

interface NameContext {
  readonly isWebVtt: boolean;
  /** Before the first cue, behind the last one. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Of the cue that the lines follow. */
  readonly number: number | null;
  /** With that cue. */
  readonly cueCount: number;
  readonly areNumbersGlued: boolean;
  readonly notes: LineNotes;
}

/** Takes the number or name of the next cue from the end of the lines before its times. */
function splitOffName(
  lines: readonly Line[],
  { isWebVtt, isFirst, isLast, number, cueCount, areNumbersGlued, notes }: NameContext,
): { own: readonly Line[]; next: number | null } {
  const end = lines.findLastIndex((line) => !isBlank(line));
  const last = lines[end];
  if (last === undefined) return { own: [], next: null };
  const rest = lines.slice(0, end);
  const isAlone = end === 0 ? isFirst : rest.at(-1)?.text === '' || (!isWebVtt && isBlank(rest.at(-1)));
  const touchesTimes = !isLast && end === lines.length - 1;
  const value = numberIn(last);
  if (touchesTimes && value !== null && !isAlone && !isNextNumber(value, number ?? cueCount, areNumbersGlued)) {
    notes.add(last.index, 'a number right before the times, without an empty line before it, was taken as text of the cue before');
    return { own: lines, next: null };
  }
  if (touchesTimes && value !== null) return { own: withoutLostNumber(rest, number, value, notes), next: value };
  if (touchesTimes && isAlone && (isWebVtt || isNumbering(last.text))) return { own: rest, next: null };
  if (isAlone && value !== null && (isFirst || value === (number ?? Number.NaN) + 1)) {
    notes.add(last.index, isLast ? LOST_NUMBER : 'a number separated from its cue was read as its number');
    return { own: rest, next: value };
  }
  return { own: lines, next: null };
}

/** Numbers in another script are not compared. */
function isNextNumber(value: number, before: number, areNumbersGlued: boolean): boolean {
  return Number.isNaN(value) || Number.isNaN(before) || value === before + 1 || (areNumbersGlued && value > before);
}

const LOST_NUMBER = 'the number of a cue without times was left out';

/** `#3`, `3.`, `[3]`. */
function isNumbering(text: string): boolean {
  return /^[#[(]?\d+[\]).:]?$/u.test(withoutMarks(text).trim());
}

/** A number alone between two cues, where it is the one that is missing in their row: its cue has neither times nor text. */
function withoutLostNumber(lines: readonly Line[], before: number | null, after: number, notes: LineNotes): readonly Line[] {
  const end = lines.findLastIndex((line) => !isBlank(line));
  const lost = lines[end];
  const isAlone = end > 0 && isBlank(lines[end - 1]) && end < lines.length - 1;
  if (lost === undefined || !isAlone || before === null || numberIn(lost) !== before + 1 || after !== before + 2) return lines;
  notes.add(lost.index, LOST_NUMBER);
  return lines.slice(0, end);
}

/** In WebVTT, what follows an empty line is a comment, a style or a region; text there is kept, because files found have it inside cues. */
function spokenBlocks(lines: readonly Line[], notes: LineNotes): Line[] {
  return splitAtEmptyLines(lines).flatMap((block, position) => {
    const [first] = block;
    if (first === undefined || (position === 0 && lines[0] === first)) return block;
    if (isAside(first.text)) {
      noteHeader(block, notes);
      return [];
    }
    if (block.some((line) => !isBlank(line))) notes.add(first.index, 'text after an empty line was read as part of the previous cue');
    return block;
  });
}

function splitAtEmptyLines(lines: readonly Line[]): Line[][] {
  const blocks: Line[][] = [[]];
  for (const line of lines) {
    if (line.text === '') blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks.filter((block) => block.length > 0);
}

/** What WebVTT has beside cues: its own header (also that of a segment put behind another), comments, styles, regions. */
function isAside(text: string): boolean {
  return /^(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)|^X-TIMESTAMP-MAP=/u.test(text);
}

function noteTextBefore(lines: readonly Line[], isWebVtt: boolean, notes: LineNotes): void {
  for (const block of splitAtEmptyLines(lines)) {
    const [first] = block;
    if (first === undefined || block.every(isBlank)) continue;
    if (isWebVtt && isAside(first.text.replace(/^webvtt/iu, 'WEBVTT'))) noteHeader(block, notes);
    else notes.add(first.index, 'text before the first cue was left out');
  }
}

/** Says what a header means for the cues and is not followed here. */
function noteHeader(block: readonly Line[], notes: LineNotes): void {
  for (const { index, text } of block) {
    if (text.startsWith('X-TIMESTAMP-MAP=') && !/MPEGTS:0+(?:\D|$)/u.test(text))
      notes.add(
        index,
        'the file says that its times are offset from those of a video stream (X-TIMESTAMP-MAP); the times were used as they are',
      );
    const kind = /^Kind:\s*(chapters|metadata|descriptions)\s*$/iu.exec(text)?.[1];
    if (kind !== undefined) notes.add(index, `the file says that it contains ${kind.toLowerCase()}, not speech; they were used as speech`);
  }
}

function shownCue({ timing, body, lineIndex }: Block, isWebVtt: boolean, notes: LineNotes): ShownCue[] {
  const leftOut = (what: string): [] => {
    notes.add(lineIndex, what);
    return [];
  };
  if (timing.kind === 'unreadable') return leftOut(timing.reason);
  const { startUs, endUs, isSubViewer } = timing;
  const raw = body.map((line) => line.text).join('\n');
  if (raw.length > MAX_CUE_LENGTH) return leftOut(`a cue with more than ${MAX_CUE_LENGTH.toLocaleString('en')} characters was left out`);
  const { lines, oddities } = cueLines(raw, { isWebVtt, isSubViewer });
  if (endUs > LATEST_US) return leftOut('a cue later than 1,000 hours was left out');
  if (endUs < startUs) return leftOut('a cue that ends before it starts was left out');
  if (endUs === startUs) return leftOut('a cue that ends when it starts was left out');
  if (endUs <= 0) return leftOut('a cue before the start of the video was left out');
  if (lines.every(({ text }) => text === '')) return leftOut('a cue without text was left out');
  if (lines.every(({ text }) => text === '' || /#xywh=\d/u.test(text)))
    return leftOut('a cue that refers to an image, not speech, was left out');
  for (const oddity of [...timing.oddities, ...oddities]) notes.add(lineIndex, oddity);
  return [{ startUs, endUs, lines, raw, lineIndex }];
}

/** In order of time; a cue that is there twice, as where segments of a stream overlap, once. */
function withoutDoubles(shown: readonly ShownCue[], notes: LineNotes): ShownCue[] {
  const seen = new Set<string>();
  const sorted = shown.toSorted((a, b) => a.startUs - b.startUs || a.endUs - b.endUs);
  return sorted.filter(({ startUs, endUs, lines, lineIndex }) => {
    const key = JSON.stringify([startUs, endUs, lines.map(({ text }) => text)]);
    const isDouble = seen.has(key);
    if (isDouble) notes.add(lineIndex, 'a duplicate cue was used once');
    seen.add(key);
    return !isDouble;
  });
}
