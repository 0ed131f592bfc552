/** Pieces of equal size into which a file is divided to tell where its streams lie: 3 seconds of three hours. */
export const PIECES = 4000;

export type StreamKind = 'video' | 'audio' | 'other';

/** A stream of pictures or audio in a transport or program stream, as its packets show it, whatever the tables of the file announce. */
export interface ElementaryStream {
  /** As ffprobe has it: the PID, or the id of the stream in a program stream. */
  readonly id: number;
  /** By its packets; `other` may be anything. */
  readonly kind: StreamKind;
  /** Of the first PES packet. */
  readonly firstByte: number;
  readonly lastByte: number;
  /** How far its clock goes on, without leaps. Microseconds. */
  readonly clockUs: number;
  /** Packets in each of the `PIECES` of the file. */
  readonly spread: Uint32Array;
}

export interface StreamTable {
  /** Counts the first packet of a PES packet; the stream's place in the table, -1: there is no room for more. */
  begin(id: number, at: number, found: { readonly kind: StreamKind; readonly ticks: number | null }): number;
  /** Counts a further packet of the stream at this place, which lies at this byte of the file. */
  count(place: number, at: number): void;
  /** In the order in which they begin. */
  streams(): ElementaryStream[];
}

/** More than ffmpeg is allowed to open. Numbers that damage made up take places, too. */
const MAX_STREAMS = 256;
/** A clock that goes on by more has leapt. */
const MAX_STEP_TICKS = 10 * 90_000;

interface Entry {
  readonly id: number;
  kind: StreamKind;
  readonly firstByte: number;
  lastByte: number;
  lastTicks: number | null;
  clockTicks: number;
  readonly spread: Uint32Array;
}

export function createStreamTable(sizeBytes: number): StreamTable {
  const entries: Entry[] = [];
  const places = new Map<number, number>();
  const pieceBytes = sizeBytes / PIECES;

  function placeOf(id: number, at: number): number {
    const known = places.get(id);
    if (known !== undefined || entries.length === MAX_STREAMS) return known ?? -1;
    entries.push({ id, kind: 'other', firstByte: at, lastByte: at, lastTicks: null, clockTicks: 0, spread: new Uint32Array(PIECES) });
    places.set(id, entries.length - 1);
    return entries.length - 1;
  }

  function count(place: number, at: number): void {
    const entry = entries[place];
    if (entry === undefined) return;
    const piece = Math.min(PIECES - 1, Math.floor(at / pieceBytes));
    entry.spread[piece] = (entry.spread[piece] ?? 0) + 1;
    entry.lastByte = at;
  }

  return {
    begin(id, at, { kind, ticks }) {
      const place = placeOf(id, at);
      const entry = entries[place];
      if (entry === undefined) return place;
      count(place, at);
      // A recording may begin in the middle of what would show the kind.
      if (entry.kind === 'other') entry.kind = kind;
      if (ticks === null) return place;
      const step = entry.lastTicks === null ? 0 : ticks - entry.lastTicks;
      if (step > 0 && step <= MAX_STEP_TICKS) entry.clockTicks += step;
      entry.lastTicks = ticks;
      return place;
    },
    count,
    streams: () =>
      entries.map(({ id, kind, firstByte, lastByte, clockTicks, spread }) => {
        const clockUs = Math.round((clockTicks / 90_000) * 1e6);
        return { id, kind, firstByte, lastByte, clockUs, spread };
      }),
  };
}
