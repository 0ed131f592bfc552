import type { Turn } from '#core/base/turns.ts';
import { MAX_SHOTS } from '#core/project/room.ts';
import { AppError } from '#shared/contract/errors.ts';
import { type FrameClock, framesPerSecond, nearestFrame } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import type { CutListFormat } from '../cut-list-format.ts';
import { captionOf, countsFramesOf, rateNote, transitionKindOf } from './listed-shots.ts';
import { type Piece, shotsOf } from './pieces.ts';
import { childOf, findAll, readXml, type XmlElement } from './xml-tree.ts';

const CLIPS = new Set(['asset-clip', 'clip', 'video', 'ref-clip', 'sync-clip', 'mc-clip', 'title', 'audition']);
const MARKERS = new Set(['marker', 'chapter-marker']);
/** A hundred days. */
const LATEST_SECONDS = 100 * 24 * 3600;

/** Seconds as an exact fraction. */
interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}
const ZERO: Fraction = { num: 0n, den: 1n };

/**
 * FCPXML. The clips of the main storyline of the first sequence are the shots; what is connected to them is left out. Markers and notes are
 * captions. Times are exact fractions of seconds. Source: Apple's FCPXML 1.8 to 1.13, OpenTimelineIO's adapter 1.0.0, PySceneDetect 0.7.2.
 */
export const fcpxml: CutListFormat = {
  id: 'fcpxml',
  title: 'Final Cut Pro XML (.fcpxml)',
  extensions: ['fcpxml', 'xml'],
  isIn: (text) => /<fcpxml[\s>]/u.test(text.slice(0, 4_000)),

  async parse(text, { clock, turn }) {
    const root = await readXml(text, turn);
    const sequences = sequencesOf(root);
    const [sequence] = sequences;
    const spine = childOf(sequence, 'spine');
    if (sequence === undefined || spine === undefined) throw new AppError('invalid-input', words('exchange.noVideoTrack'));
    const rate = rateOf(root, sequence.attributes['format'] ?? '');
    const frameOf = framesBy(clock, rate);
    const { pieces, unreadable } = await piecesOf(spine, {
      tcStart: timeOf(sequence.attributes['tcStart']) ?? ZERO,
      mediaStarts: mediaStarts(root),
      frameOf,
      turn,
    });
    const placed = shotsOf(pieces, clock);
    const note = rate === null ? null : rateNote(clock, rate);
    return {
      shots: placed.shots,
      notes: [
        ...(sequences.length > 1 ? [`only the first of its ${sequences.length} sequences was read`] : []),
        ...(unreadable > 0 ? [`${unreadable === 1 ? 'one clip' : `${unreadable} clips`} without usable times left out`] : []),
        ...(note === null ? [] : [note]),
        ...placed.notes,
      ],
    };
  },
};

/** Of projects; a compound clip among the resources has a sequence of its own. */
function sequencesOf(root: XmlElement): XmlElement[] {
  const hasSpine = (sequence: XmlElement): boolean => childOf(sequence, 'spine') !== undefined;
  const ofProjects = findAll(root, 'project').flatMap((project) => findAll(project, 'sequence').filter(hasSpine));
  return ofProjects.length > 0 ? ofProjects : findAll(root, 'sequence').filter(hasSpine);
}

type FrameOf = (time: Fraction) => number;

interface Reading {
  readonly tcStart: Fraction;
  readonly mediaStarts: ReadonlyMap<string, Fraction>;
  readonly frameOf: FrameOf;
  readonly turn: Turn;
}

async function piecesOf(spine: XmlElement, reading: Reading): Promise<{ readonly pieces: Piece[]; readonly unreadable: number }> {
  const { tcStart, mediaStarts, frameOf, turn } = reading;
  const pieces: Piece[] = [];
  const transitions: { readonly start: Fraction; readonly end: Fraction; readonly name: string }[] = [];
  let unreadable = 0;
  let at = ZERO;
  for (const item of spine.children) {
    await turn();
    const isTransition = item.name === 'transition';
    if (!isTransition && item.name !== 'gap' && !CLIPS.has(item.name)) continue;
    const clip = item.name === 'audition' ? item.children.find(({ name }) => CLIPS.has(name)) : item;
    const duration = timeOf(clip?.attributes['duration']);
    const given = timeOf(clip?.attributes['offset']);
    if (clip === undefined || duration === null || duration.num < 0n) {
      unreadable++;
      continue;
    }
    const start = given === null ? at : minus(given, tcStart);
    const end = plus(start, duration);
    if (isTransition) transitions.push({ start, end, name: item.attributes['name'] ?? '' });
    else at = end;
    if (isTransition || item.name === 'gap') continue;
    if (pieces.length >= MAX_SHOTS) throw new AppError('invalid-input', words('exchange.tooManyListedShots', { limit: MAX_SHOTS }));
    const media = clip.attributes['ref'] ?? childOf(clip, 'video')?.attributes['ref'] ?? '';
    const from = timeOf(clip.attributes['start']) ?? mediaStarts.get(media) ?? ZERO;
    const sourceStart = minus(from, mediaStarts.get(media) ?? ZERO);
    const into = transitions.at(-1);
    const isInto = into !== undefined && !isBefore(into.end, start) && !isBefore(start, into.start);
    pieces.push({
      startFrame: frameOf(start),
      endFrame: frameOf(end),
      source: { startFrame: frameOf(sourceStart), endFrame: frameOf(plus(sourceStart, duration)) },
      media,
      caption: captionOf(remarksOf(clip)),
      ...(isInto && { transition: { kind: transitionKindOf(into.name), startFrame: frameOf(into.start), endFrame: frameOf(into.end) } }),
    });
  }
  return { pieces, unreadable };
}

function remarksOf(clip: XmlElement): string[] {
  return clip.children.flatMap(({ name, attributes, text }) => {
    if (name === 'note') return [text];
    return MARKERS.has(name) ? [attributes['note'] || attributes['value'] || ''] : [];
  });
}

/** Where the media begin on their own clocks, by id. */
function mediaStarts(root: XmlElement): Map<string, Fraction> {
  const assets = findAll(root, 'resources').flatMap(({ children }) => children);
  return new Map(assets.map(({ attributes }) => [attributes['id'] ?? '', timeOf(attributes['start']) ?? ZERO]));
}

/** Frames a second of a format; null where it is not said, as at 24000/1001 in what OpenTimelineIO writes. */
function rateOf(root: XmlElement, format: string): number | null {
  const formats = findAll(root, 'resources').flatMap(({ children }) => children);
  const duration = timeOf(
    formats.find(({ name, attributes }) => name === 'format' && attributes['id'] === format)?.attributes['frameDuration'],
  );
  if (duration === null || duration.num <= 0n) return null;
  const rate = Number(duration.den) / Number(duration.num);
  return rate >= 1 && rate <= 100_000 ? rate : null;
}

/** By frames where the list counts those of the video, else by time. */
function framesBy(clock: FrameClock, rate: number | null): FrameOf {
  const own = framesPerSecond(clock.rate);
  const scale = rate !== null && countsFramesOf(clock, rate) ? rate : own;
  return (time) => {
    const seconds = Number(time.num) / Number(time.den);
    return clock.ptsUs === undefined ? Math.round(seconds * scale) : nearestFrame(clock, seconds * 1e6);
  };
}

/** `1001/30000s`, `3600s`, `0.5s`; null for what is none, or later than any video. */
function timeOf(text: string | undefined): Fraction | null {
  const match = /^\s*(-?\d{1,18})(?:\.(\d{1,9}))?(?:\/(\d{1,18}))?s\s*$/u.exec(text ?? '');
  if (match === null) return null;
  const [, whole = '0', decimals = '', den = '1'] = match;
  const time = reduced({ num: BigInt(whole + decimals), den: BigInt(den) * 10n ** BigInt(decimals.length) });
  if (time === null || Math.abs(Number(time.num) / Number(time.den)) > LATEST_SECONDS) return null;
  return time;
}

function plus(a: Fraction, b: Fraction): Fraction {
  return reduced({ num: a.num * b.den + b.num * a.den, den: a.den * b.den }) ?? ZERO;
}

function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { num: -b.num, den: b.den });
}

function isBefore(a: Fraction, b: Fraction): boolean {
  return a.num * b.den < b.num * a.den;
}

/** Numbers of digits that no program writes are rounded, so that sums stay short. */
const MAX_DENOMINATOR = 10n ** 15n;

function reduced({ num, den }: Fraction): Fraction | null {
  if (den === 0n) return null;
  let [a, b] = [num < 0n ? -num : num, den];
  while (b !== 0n) [a, b] = [b, a % b];
  const short = a === 0n ? ZERO : { num: num / a, den: den / a };
  return short.den <= MAX_DENOMINATOR ? short : { num: (short.num * MAX_DENOMINATOR) / short.den, den: MAX_DENOMINATOR };
}
