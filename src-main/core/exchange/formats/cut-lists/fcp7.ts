import type { Turn } from '#core/base/turns.ts';
import { MAX_SHOTS } from '#core/project/room.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Transition } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import type { CutListFormat } from '../cut-list-format.ts';
import { captionOf, frameAtRate, rateNote, transitionKindOf } from './listed-shots.ts';
import { type Mark, withMarks } from './marks.ts';
import { type Piece, shotsOf } from './pieces.ts';
import { childOf, findAll, readXml, textIn, type XmlElement } from './xml-tree.ts';

/** A day at the highest rate that there is. */
const LATEST_FRAME = 1e10;

/** In a second, of which Premiere Pro counts where the cut lies in a transition. */
export const CUT_POINT_TICKS = 254_016_000_000;

/**
 * The XML of Final Cut Pro 7, which Premiere and Resolve write too. The clips of the lowest video track of the first sequence, at any depth, are
 * the shots; markers are captions. An edge of a clip at -1 lies in the transition beside it. Source: xmeml 4 and 5.
 */
export const fcp7: CutListFormat = {
  id: 'fcp7',
  title: 'Final Cut Pro 7 XML',
  extensions: ['xml'],
  isIn: (text) => /<xmeml[\s>]/u.test(text.slice(0, 4_000)),

  async parse(text, { clock, turn }) {
    const root = await readXml(text, turn);
    const sequences = findAll(root, 'sequence');
    const [sequence] = sequences;
    const tracks = (childOf(sequence, 'media', 'video')?.children ?? []).filter(
      (track) => track.name === 'track' && !isSwitchedOff(track) && childOf(track, 'clipitem') !== undefined,
    );
    const [track] = tracks;
    if (sequence === undefined || track === undefined) throw new AppError('invalid-input', words('exchange.noVideoTrack'));
    const rate = rateOf(childOf(sequence, 'rate')) ?? rateOf(childOf(childOf(track, 'clipitem'), 'rate'));
    if (rate === null) throw new AppError('invalid-input', words('exchange.noListRate'));
    const { pieces, unreadable } = await piecesOf(track, { clock, rate, turn });
    const placed = shotsOf(pieces, clock);
    const note = rateNote(clock, rate);
    return {
      shots: withMarks(placed.shots, marksOf(sequence, { clock, rate })),
      notes: [
        ...(sequences.length > 1 ? [`only the first of its ${sequences.length} sequences was read`] : []),
        ...(tracks.length > 1 ? [`only its lowest video track was read, and ${tracks.length - 1} left out`] : []),
        ...(unreadable > 0 ? [`${unreadable === 1 ? 'one clip' : `${unreadable} clips`} without usable times left out`] : []),
        ...(note === null ? [] : [note]),
        ...placed.notes,
      ],
    };
  },
};

interface Reading {
  readonly clock: FrameClock;
  readonly rate: number;
  readonly turn: Turn;
}

async function piecesOf(
  track: XmlElement,
  { clock, rate, turn }: Reading,
): Promise<{ readonly pieces: Piece[]; readonly unreadable: number }> {
  const items = track.children.filter(({ name }) => name === 'clipitem' || name === 'transitionitem');
  const files = new Map<string, string>();
  const pieces: Piece[] = [];
  let unreadable = 0;
  for (const [index, item] of items.entries()) {
    await turn();
    if (item.name !== 'clipitem') continue;
    const [before, behind] = [transitionAt(items[index - 1], rate), transitionAt(items[index + 1], rate)];
    const start = edgeOf(item, 'start') ?? before?.cut;
    const end = edgeOf(item, 'end') ?? behind?.cut;
    if (start === undefined || end === undefined) unreadable++;
    else {
      if (pieces.length >= MAX_SHOTS) throw new AppError('invalid-input', words('exchange.tooManyListedShots', { limit: MAX_SHOTS }));
      // A transition that begins where the clip before ends has its boundary inside it all the same.
      const isInto = before !== null && start >= before.start && start <= before.end;
      const isOut = behind !== null && end >= behind.start && end <= behind.end;
      const frames = (count: number): number => frameAtRate(clock, count, rate);
      const transition: Transition | null = isInto
        ? { kind: before.kind, startFrame: frames(before.start), endFrame: frames(before.end) }
        : null;
      pieces.push({
        startFrame: frames(isInto ? before.cut : start),
        endFrame: frames(isOut ? behind.cut : end),
        source: sourceOf(item, frames),
        media: mediaOf(item, files),
        caption: captionOf(item.children.filter(({ name }) => name === 'marker').map(textOfMarker)),
        ...(transition !== null && { transition }),
      });
    }
  }
  return { pieces, unreadable };
}

/** Null for an edge that lies in a transition, or that is no frame. */
function edgeOf(item: XmlElement, name: string): number | null {
  const frame = frameOf(textIn(item, name));
  return frame === null || frame < 0 ? null : frame;
}

/** Its cut lies in its middle, unless it says where. */
function transitionAt(item: XmlElement | undefined, rate: number) {
  if (item?.name !== 'transitionitem') return null;
  const [start, end] = [edgeOf(item, 'start'), edgeOf(item, 'end')];
  if (start === null || end === null || end < start) return null;
  const kind = transitionKindOf(`${textIn(item, 'effect', 'effectid')} ${textIn(item, 'effect', 'name')}`);
  const ticks = /^\d{1,16}$/u.exec(textIn(item, 'cutPointTicks'))?.[0];
  const said = ticks === undefined ? null : start + Math.round((Number(ticks) * rate) / CUT_POINT_TICKS);
  return { start, end, kind, cut: said !== null && said <= end ? said : Math.floor((start + end) / 2) };
}

function sourceOf(item: XmlElement, frames: (count: number) => number): Piece['source'] {
  const [from, to] = [edgeOf(item, 'in'), edgeOf(item, 'out')];
  return from === null || to === null ? null : { startFrame: frames(from), endFrame: frames(to) };
}

/** A file is described once, and named by its id from then on. */
function mediaOf(item: XmlElement, files: Map<string, string>): string {
  const file = childOf(item, 'file');
  const id = file?.attributes['id'] ?? '';
  const address = textIn(file, 'pathurl') || textIn(file, 'name');
  if (id !== '' && address !== '') files.set(id, address);
  return files.get(id) ?? address;
}

function marksOf(sequence: XmlElement, { clock, rate }: Pick<Reading, 'clock' | 'rate'>): Mark[] {
  return sequence.children.flatMap((child) => {
    const frame = child.name === 'marker' ? frameOf(textIn(child, 'in')) : null;
    return frame === null ? [] : [{ frame: frameAtRate(clock, frame, rate), text: textOfMarker(child) }];
  });
}

function textOfMarker(marker: XmlElement): string {
  return textIn(marker, 'comment') || textIn(marker, 'name');
}

function frameOf(text: string): number | null {
  const frame = /^-?\d{1,11}$/u.test(text) ? Number(text) : Number.NaN;
  return Math.abs(frame) <= LATEST_FRAME ? frame : null;
}

/** Frames a second; 30 with `ntsc` is 30000/1001. */
function rateOf(rate: XmlElement | undefined): number | null {
  const timebase = Number(textIn(rate, 'timebase'));
  if (!(timebase >= 1 && timebase <= 1_000)) return null;
  return /^true$/iu.test(textIn(rate, 'ntsc')) ? (timebase * 1000) / 1001 : timebase;
}

function isSwitchedOff(track: XmlElement): boolean {
  return /^false$/iu.test(textIn(track, 'enabled'));
}
