import type { Turn } from '#core/base/turns.ts';
import { createLineNotes, type LineNotes } from '#core/exchange/subtitles/line-notes.ts';
import type { TransitionKind } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { CutListFormat, ListedShot } from '../cut-list-format.ts';
import { frameOfRealSeconds, readTimeCodes, type TimeCode, timeCodeOf, type TimeCodeReading } from './edl-times.ts';
import { firstLines, linesOf } from './lines.ts';
import { captionOf, createListedShots, transitionKindOf } from './listed-shots.ts';

const BY_PYSCENEDETECT = /^\*\s*CREATED WITH PYSCENEDETECT/imu;
const LOCATOR = /^\*\s*LOC:\s*(\S+)\s+(\S+)\s*(.*)$/isu;
const COMMENT = /^\*\s*COMMENT:\s*(.*)$/isu;
const EFFECT = /^\*\s*EFFECT NAME:\s*(.*)$/isu;
/** Written by the studio where a transition does not begin and end as far from the cut. */
const BOUNDARY = /^\*\s*SHOT BOUNDARY:\s*(\S+)$/iu;
const EVENT_START = /^\d{1,6}\s/u;
/** Longer lines are no events. */
const MAX_LINE_LENGTH = 4_000;
const BLACK = /^(?:BL|BLACK)$/iu;
/** A list ends with its video, give or take the rounding of its times. */
const MAX_BEYOND_FRAMES = 2;

interface EdlEvent {
  readonly reel: string;
  /** `C`, `D`, `W001`, `K`. */
  readonly transition: string;
  readonly transitionFrames: number;
  readonly source: readonly [TimeCode, TimeCode];
  readonly record: readonly [TimeCode, TimeCode];
  readonly remarks: string[];
  /** What the transition is called; '' where the list does not say. */
  effect: string;
  boundary: TimeCode | null;
}

interface Locator {
  readonly at: TimeCode;
  readonly text: string;
  /** The event that it stands below. */
  readonly event: EdlEvent | null;
}

interface ReadEdl {
  readonly events: readonly EdlEvent[];
  readonly locators: readonly Locator[];
}

/**
 * CMX 3600. Shots lie where the record times say; the source times are those of the tapes. Locators (`* LOC:`) and `* COMMENT:` lines are the
 * captions of the shots that they belong to. Source: CMX 3600 as editors, OpenTimelineIO 0.18.1 and PySceneDetect 0.7.2 write it.
 */
export const edl: CutListFormat = {
  id: 'edl',
  title: 'EDL (CMX 3600)',
  extensions: ['edl'],
  isIn: (text) => firstLines(text).some((line) => /^(?:TITLE|FCM):/iu.test(line) || eventOf(line, false) !== null),

  async parse(text, { clock, turn }) {
    const notes = createLineNotes();
    const { events, locators } = await readLines(text, notes, turn);
    const isByPySceneDetect = BY_PYSCENEDETECT.test(text.slice(0, MAX_LINE_LENGTH));
    const codes = events.flatMap(({ record }) => record);
    const reading = isByPySceneDetect ? realSeconds(clock) : readTimeCodes(codes, clock);
    const base = startOf(events, reading, clock);
    addLocators(events, locators, reading);
    const { shots, add } = createListedShots();
    let before: EdlEvent | null = null;
    for (const event of events) {
      await turn();
      const [startFrame, endFrame] = [reading.frameOf(event.record[0]) - base.frame, reading.frameOf(event.record[1]) - base.frame];
      if (endFrame > startFrame || event.transitionFrames > 0) {
        const shot = { startFrame, endFrame, caption: captionOf(event.remarks) };
        const last = shots.at(-1);
        const kind = transitionOf(event, before);
        if (kind === 'cut' || last === undefined) add(shot);
        else {
          const boundary = event.boundary === null ? null : reading.frameOf(event.boundary) - base.frame;
          const dissolving = mixedIn(shot, last, { kind, frames: event.transitionFrames, boundary });
          shots[shots.length - 1] = dissolving.before;
          add(dissolving.shot);
        }
      }
      before = event;
    }
    return { shots, notes: [...notes.list(), ...reading.notes, ...base.notes] };
  },
};

async function readLines(text: string, notes: LineNotes, turn: Turn): Promise<ReadEdl> {
  const events: EdlEvent[] = [];
  const locators: Locator[] = [];
  let isDropFrame = false;
  for (const [index, untrimmed] of linesOf(text).entries()) {
    await turn();
    const line = untrimmed.slice(0, MAX_LINE_LENGTH).trim();
    const mode = /^FCM:\s*(NON[- ])?DROP/iu.exec(line);
    if (mode !== null) isDropFrame = mode[1] === undefined;
    const [, place, colour, words] = LOCATOR.exec(line) ?? [];
    const [, comment] = COMMENT.exec(line) ?? [];
    if (place !== undefined) {
      const at = timeCodeOf(place, isDropFrame);
      if (at === null) notes.add(index, 'a locator whose time cannot be read was left out');
      else locators.push({ at, text: words === '' ? (colour ?? '') : (words ?? ''), event: events.at(-1) ?? null });
    } else if (comment !== undefined) events.at(-1)?.remarks.push(comment);
    else if (line.startsWith('*')) addToEvent(events.at(-1), line, isDropFrame);
    else if (EVENT_START.test(line)) {
      const event = eventOf(line, isDropFrame);
      if (event === null) notes.add(index, 'an event that cannot be read was left out');
      else if (event !== 'audio') events.push(event);
    }
  }
  return { events, locators };
}

/** What a remark says of the transition that it stands below. */
function addToEvent(event: EdlEvent | undefined, line: string, isDropFrame: boolean): void {
  if (event === undefined) return;
  event.effect = EFFECT.exec(line)?.[1] ?? event.effect;
  event.boundary = timeCodeOf(BOUNDARY.exec(line)?.[1] ?? '', isDropFrame) ?? event.boundary;
}

/** Null for a line that is no event, by its columns from the last one on: names of reels may have blanks. */
function eventOf(line: string, isDropFrame: boolean): EdlEvent | 'audio' | null {
  const words = line.split(/\s+/u);
  const codes = words.slice(-4).map((word) => timeCodeOf(word, isDropFrame));
  const [sourceIn, sourceOut, recordIn, recordOut] = codes;
  if (!/^\d{1,6}$/u.test(words[0] ?? '') || !sourceIn || !sourceOut || !recordIn || !recordOut) return null;
  const columns = words.slice(1, -4);
  const hasLength = columns.length > 2 && /^\d{1,5}$/u.test(columns.at(-1) ?? '') && /^(?:D|W\d*|K\w*)$/iu.test(columns.at(-2) ?? '');
  const transitionFrames = hasLength ? Number(columns.pop()) : 0;
  const transition = columns.pop()?.toUpperCase() ?? '';
  const channels = columns.pop()?.toUpperCase() ?? '';
  if (!/^(?:C|D|W\d*|K\w*)$/u.test(transition)) return null;
  if (/^(?:A\d*|AA|NONE)$/u.test(channels)) return 'audio';
  return {
    reel: columns.join(' '),
    transition,
    transitionFrames: /^[DW]/u.test(transition) ? transitionFrames : 0,
    source: [sourceIn, sourceOut],
    record: [recordIn, recordOut],
    remarks: [],
    effect: '',
    boundary: null,
  };
}

function realSeconds(clock: FrameClock): TimeCodeReading {
  return {
    frameOf: (code) => frameOfRealSeconds(code, clock),
    notes: ['PySceneDetect cuts off its times in an EDL, so that some cuts may be one frame early; its CSV is exact'],
  };
}

/** Where the video begins on the clock of the list: programmes often begin at 01:00:00:00. */
function startOf(
  events: readonly EdlEvent[],
  reading: TimeCodeReading,
  { frameCount }: FrameClock,
): { readonly frame: number; readonly notes: readonly string[] } {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  let earliest: TimeCode | null = null;
  for (const { record } of events) {
    const start = reading.frameOf(record[0]);
    if (start < first) [first, earliest] = [start, record[0]];
    last = Math.max(last, reading.frameOf(record[1]));
  }
  if (earliest === null || last <= frameCount + MAX_BEYOND_FRAMES) return { frame: 0, notes: [] };
  const hours = Math.floor(earliest.seconds / 3600);
  const hour = reading.frameOf({ seconds: hours * 3600, frames: 0, isDropFrame: earliest.isDropFrame });
  if (hours > 0 && last - hour <= frameCount + MAX_BEYOND_FRAMES)
    return { frame: hour, notes: [`its record times were counted from ${String(hours).padStart(2, '0')}:00:00:00`] };
  if (first < frameCount) return { frame: 0, notes: [] };
  return { frame: first, notes: ['its record times begin after the end of the video, and were counted from its first event'] };
}

/** Some programs give a locator's time on the tape and some in the programme; it belongs to the event above it where either fits. */
function addLocators(events: readonly EdlEvent[], locators: readonly Locator[], reading: TimeCodeReading): void {
  const holds = ([from, to]: readonly [TimeCode, TimeCode], at: number): boolean => reading.frameOf(from) <= at && at < reading.frameOf(to);
  // Events of a dissolve repeat those of the shot before.
  const placed = new Set<string>();
  const byStart = events
    .map((event) => ({ event, startFrame: reading.frameOf(event.record[0]) }))
    .sort((a, b) => a.startFrame - b.startFrame);
  for (const { at, text, event } of locators) {
    const frame = reading.frameOf(at);
    const key = `${frame} ${text}`;
    if (placed.has(key)) continue;
    placed.add(key);
    const isBelow = event !== null && (holds(event.record, frame) || holds(event.source, frame));
    const holder = isBelow ? event : lastFrom(byStart, frame);
    holder?.remarks.push(text);
  }
}

/** Bisection: thousands of locators meet thousands of events. */
function lastFrom(sorted: readonly { readonly event: EdlEvent; readonly startFrame: number }[], frame: number): EdlEvent | null {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.startFrame ?? Number.POSITIVE_INFINITY) <= frame) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1]?.event ?? null;
}

function transitionOf({ transition, transitionFrames, reel, effect }: EdlEvent, before: EdlEvent | null): TransitionKind {
  if (transitionFrames === 0) return 'cut';
  if (transition.startsWith('W') || /^unknown$/iu.test(effect)) return 'unknown';
  if (transitionKindOf(effect) === 'fade') return 'fade';
  return BLACK.test(reel) || BLACK.test(before?.reel ?? '') ? 'fade' : 'dissolve';
}

/** A list says where a transition begins and how long it is; the boundary is put into its middle, unless a remark says where it lies. */
function mixedIn(
  shot: ListedShot,
  before: ListedShot,
  { kind, frames, boundary: said }: { readonly kind: TransitionKind; readonly frames: number; readonly boundary: number | null },
): { readonly shot: ListedShot; readonly before: ListedShot } {
  const isInside = said !== null && said >= shot.startFrame && said <= shot.startFrame + frames;
  const boundary = isInside ? said : shot.startFrame + Math.floor(frames / 2);
  const transition = { kind, startFrame: shot.startFrame, endFrame: shot.startFrame + frames };
  const follows = Math.abs(before.endFrame - shot.startFrame) <= MAX_BEYOND_FRAMES;
  return {
    shot: { ...shot, startFrame: boundary, transition },
    before: follows ? { ...before, endFrame: boundary } : before,
  };
}
