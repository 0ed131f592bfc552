import type { Turn } from '#core/base/turns.ts';
import { MAX_SHOTS } from '#core/project/room.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Transition } from '#shared/domain/shot.ts';
import { type FrameClock, framesPerSecond, nearestFrame } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import type { CutListFormat } from '../cut-list-format.ts';
import { captionOf, countsFramesOf, exactRate, finiteTimeUs, rateNote, transitionKindOf } from './listed-shots.ts';
import { opensObject } from './lines.ts';
import { type Mark, withMarks } from './marks.ts';
import { type Piece, shotsOf } from './pieces.ts';

/** Four for each of as many shots as a video may have, and as many again: JSON is read in one piece, which takes long only with many of them. */
const MAX_OBJECTS = 500_000;
/** Stacks in stacks; nobody nests so many. */
const MAX_DEPTH = 64;

type Json = Readonly<Record<string, unknown>>;

interface RationalTime {
  readonly value: number;
  readonly rate: number;
}

/**
 * OpenTimelineIO. The clips of the lowest video track are the shots; markers on them, and on the sequence, are captions. How long a medium is
 * said to be is not believed (PySceneDetect 0.7.2 always writes 1980 frames). Source: OpenTimelineIO 0.18.1.
 */
export const otio: CutListFormat = {
  id: 'otio',
  title: 'OpenTimelineIO (.otio)',
  extensions: ['otio'],
  isIn: (text) => opensObject(text) && text.slice(0, 20_000).includes('"OTIO_SCHEMA"'),

  async parse(text, { clock, turn }) {
    const root = parseJson(text);
    const track = firstTrack(root, 0);
    if (track === null) throw new AppError('invalid-input', words('exchange.noVideoTrack'));
    const reader = createReader(clock, turn);
    const pieces = await reader.pieces(listOf(track.track['children']));
    const placed = shotsOf(pieces, clock);
    const marks = track.stack === null ? [] : reader.marks(track.stack, reader.start());
    return {
      shots: withMarks(placed.shots, marks),
      notes: [
        ...(track.others > 0
          ? [`only its lowest video track was read, and ${track.others === 1 ? 'one other' : `${track.others} others`} left out`]
          : []),
        ...reader.notes(),
        ...placed.notes,
      ],
    };
  },
};

/** @throws AppError `invalid-input` */
function parseJson(text: string): Json {
  if (hasMoreObjects(text)) throw new AppError('invalid-input', words('exchange.jsonTooMany', { limit: MAX_OBJECTS }));
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/u, ''));
    return isObject(parsed) ? parsed : {};
  } catch (error) {
    throw new AppError('invalid-input', words('exchange.jsonBroken', { problem: error instanceof Error ? error.message : '' }), {
      cause: error,
    });
  }
}

/** Also counts brackets in texts, of which there are few. */
function hasMoreObjects(text: string): boolean {
  let count = 0;
  for (const open of ['{', '['])
    for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 1)) if (++count > MAX_OBJECTS) return true;
  return false;
}

interface FoundTrack {
  readonly track: Json;
  /** That the track stands in; null for a track alone. */
  readonly stack: Json | null;
  readonly others: number;
}

/** The lowest video track that has a clip, in a timeline, a stack, or a collection of them. */
function firstTrack(thing: Json, depth: number): FoundTrack | null {
  if (depth > MAX_DEPTH) throw tooDeep();
  const kind = schemaOf(thing);
  if (kind === 'Timeline') return isObject(thing['tracks']) ? firstTrack(thing['tracks'], depth + 1) : null;
  if (kind === 'Track') return isVideoTrack(thing) ? { track: thing, stack: null, others: 0 } : null;
  const children = listOf(thing['children']);
  if (kind === 'Stack') {
    const [track, ...others] = children.filter(isVideoTrack);
    if (track !== undefined) return { track, stack: thing, others: others.length };
  }
  for (const child of children) {
    const found = firstTrack(child, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function isVideoTrack(thing: Json): boolean {
  if (schemaOf(thing) !== 'Track' || thing['enabled'] === false || (thing['kind'] ?? 'Video') !== 'Video') return false;
  return listOf(thing['children']).some((child) => ['Clip', 'Stack', 'Track'].includes(schemaOf(child)));
}

function createReader(clock: FrameClock, turn: Turn) {
  const rates = new Set<number>();
  let unreadable = 0;

  function timeOf(thing: unknown): RationalTime | null {
    if (!isObject(thing)) return null;
    const { value, rate } = thing;
    if (typeof value !== 'number' || typeof rate !== 'number' || !(rate > 0 && rate <= 100_000)) return null;
    if (finiteTimeUs(value / rate) === null) return null;
    rates.add(exactRate(rate));
    return { value, rate: exactRate(rate) };
  }

  function durationOf(item: Json, depth: number): RationalTime | null {
    if (depth > MAX_DEPTH) throw tooDeep();
    const range = isObject(item['source_range']) ? item['source_range'] : availableRange(item);
    const own = timeOf(range?.['duration']);
    if (own !== null) return own.value >= 0 ? own : null;
    const inside = listOf(item['children']).flatMap((child) => (isItem(child) ? (durationOf(child, depth + 1) ?? []) : []));
    const [first] = inside;
    if (first === undefined) return null;
    const seconds = inside.map(({ value, rate }) => value / rate);
    const all =
      schemaOf(item) === 'Stack' ? seconds.reduce((most, each) => Math.max(most, each), 0) : seconds.reduce((sum, each) => sum + each, 0);
    return { value: all * first.rate, rate: first.rate };
  }

  function sourceOf(item: Json): Piece['source'] {
    const range = isObject(item['source_range']) ? item['source_range'] : availableRange(item);
    const [start, duration] = [timeOf(range?.['start_time']), timeOf(range?.['duration'])];
    if (start === null || duration === null) return null;
    const from = timeOf(availableRange(item)?.['start_time']) ?? { value: 0, rate: start.rate };
    const place = createPlace(clock);
    place.add({ value: -from.value, rate: from.rate });
    place.add(start);
    const startFrame = place.frame();
    place.add(duration);
    return { startFrame, endFrame: place.frame() };
  }

  return {
    async pieces(children: readonly Json[]): Promise<Piece[]> {
      const pieces: Piece[] = [];
      const place = createPlace(clock);
      let into: Json | null = null;
      for (const child of children) {
        await turn();
        if (schemaOf(child) === 'Transition') {
          into = child;
          continue;
        }
        const duration = isItem(child) ? durationOf(child, 0) : null;
        if (duration === null) {
          unreadable++;
          continue;
        }
        const startFrame = place.frame();
        const transition = into === null ? null : this.transition(into, place);
        place.add(duration);
        into = null;
        if (schemaOf(child) === 'Gap') continue;
        if (pieces.length >= MAX_SHOTS) throw new AppError('invalid-input', words('exchange.tooManyListedShots', { limit: MAX_SHOTS }));
        pieces.push({
          startFrame,
          endFrame: place.frame(),
          source: sourceOf(child),
          media: mediaOf(child),
          caption: captionOf(listOf(child['markers']).map(textOfMark)),
          ...(transition !== null && { transition }),
        });
      }
      return pieces;
    },

    transition(thing: Json, place: Place): Transition | null {
      const [before, behind] = [timeOf(thing['in_offset']), timeOf(thing['out_offset'])];
      if (before === null || behind === null) return null;
      return {
        kind: transitionKindOf(textOf(thing['transition_type'])),
        startFrame: Math.min(place.frame(), place.frameWith({ value: -before.value, rate: before.rate })),
        endFrame: Math.max(place.frame(), place.frameWith(behind)),
      };
    },

    /** Nothing has been counted yet. */
    start: () => createPlace(clock),

    marks: (stack: Json, start: Place): Mark[] =>
      listOf(stack['markers']).flatMap((mark) => {
        const at = isObject(mark['marked_range']) ? timeOf(mark['marked_range']['start_time']) : null;
        return at === null ? [] : [{ frame: start.frameWith(at), text: textOfMark(mark) }];
      }),

    notes: (): string[] => [
      ...(unreadable > 0 ? [`${unreadable === 1 ? 'one item' : `${unreadable} items`} without a length left out`] : []),
      ...[...rates].flatMap((rate) => rateNote(clock, rate) ?? []).slice(0, 3),
    ],
  };
}

type Place = ReturnType<typeof createPlace>;

/** A place in a sequence as the sum of lengths, each at its own rate: no length is rounded by itself. */
function createPlace(clock: FrameClock) {
  const sums = new Map<number, number>();
  const frameOf = (values: ReadonlyMap<number, number>): number => {
    let [frames, seconds, isByTime] = [0, 0, false];
    for (const [rate, value] of values) {
      if (countsFramesOf(clock, rate)) frames += value;
      else isByTime = true;
      seconds += value / rate;
    }
    if (!isByTime) return Math.round(frames);
    const own = framesPerSecond(clock.rate);
    if (clock.ptsUs !== undefined) return nearestFrame(clock, seconds * 1e6);
    return Math.round([...values].reduce((sum, [rate, value]) => sum + (countsFramesOf(clock, rate) ? value : (value / rate) * own), 0));
  };
  return {
    add: ({ value, rate }: RationalTime): unknown => sums.set(rate, (sums.get(rate) ?? 0) + value),
    frame: (): number => frameOf(sums),
    frameWith: ({ value, rate }: RationalTime): number => frameOf(new Map([...sums, [rate, (sums.get(rate) ?? 0) + value]])),
  };
}

function textOfMark(mark: Json): string {
  const comment = textOf(mark['comment']);
  return comment.trim() === '' ? textOf(mark['name']) : comment;
}

/** Of the reference that is in use. */
function referenceOf(item: Json): Json | null {
  if (isObject(item['media_reference'])) return item['media_reference'];
  const all = item['media_references'];
  const chosen = isObject(all) ? all[textOf(item['active_media_reference_key']) || 'DEFAULT_MEDIA'] : null;
  return isObject(chosen) ? chosen : null;
}

function availableRange(item: Json): Json | null {
  const range = referenceOf(item)?.['available_range'];
  return isObject(range) ? range : null;
}

function mediaOf(item: Json): string {
  const reference = referenceOf(item);
  return textOf(reference?.['target_url']) || textOf(reference?.['name']);
}

function isItem(thing: Json): boolean {
  return ['Clip', 'Gap', 'Stack', 'Track'].includes(schemaOf(thing));
}

/** `Clip` of `Clip.2`. */
function schemaOf(thing: Json): string {
  const schema = thing['OTIO_SCHEMA'];
  return typeof schema === 'string' ? (schema.split('.', 1)[0] ?? '') : '';
}

function textOf(thing: unknown): string {
  return typeof thing === 'string' ? thing : '';
}

function listOf(thing: unknown): Json[] {
  return Array.isArray(thing) ? thing.filter(isObject) : [];
}

function isObject(thing: unknown): thing is Json {
  return typeof thing === 'object' && thing !== null && !Array.isArray(thing);
}

function tooDeep(): AppError {
  return new AppError('invalid-input', words('exchange.listTooDeep', { limit: MAX_DEPTH }));
}
