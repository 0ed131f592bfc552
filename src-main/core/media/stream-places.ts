import { PIECES, type ElementaryStream } from './stream-table.ts';

/** Streams that are stored side by side lie no further apart, and stop no longer while they go on. Seconds. */
const SIDE_BY_SIDE_S = 2;

/** Which pieces of the file a stream takes part in, from its first packet to its last, without its long pauses. */
export type Presence = (piece: number) => boolean;

/** How many pieces of the file two seconds of the video take; where it has no clock, one in a hundred. */
export function sideBySidePieces({ firstByte, lastByte, clockUs }: ElementaryStream, sizeBytes: number): number {
  const pieces = ((lastByte - firstByte) / sizeBytes) * PIECES;
  return clockUs === 0 ? PIECES / 100 : Math.ceil((pieces / (clockUs / 1e6)) * SIDE_BY_SIDE_S);
}

/** Where a stream is. Missing: nowhere. */
export function presenceOf(stream: ElementaryStream | undefined, pausePieces: number): Presence {
  const isPresent = new Uint8Array(PIECES);
  const own = [...(stream?.spread ?? [])].flatMap((count, piece) => (count > 0 ? [piece] : []));
  const allowed = Math.max(pausePieces, 4 * usualStep(own));
  for (const [index, piece] of own.entries()) {
    const before = own[index - 1] ?? piece;
    isPresent.fill(1, piece - before <= allowed ? before : piece, piece + 1);
  }
  return (piece) => isPresent[piece] === 1;
}

/** How far apart its packets usually lie: subtitles and slides have few. */
function usualStep(pieces: readonly number[]): number {
  const steps = pieces.slice(1).map((piece, index) => piece - (pieces[index] ?? piece));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length * 0.9)] ?? 0;
}

/** The part of a stream that lies in some pieces of the file. */
export interface StreamPart {
  /** Of its packets. 0..1 */
  readonly share: number;
  /** By its own clock. Seconds. */
  readonly seconds: number;
  readonly firstPiece: number;
  readonly lastPiece: number;
}

export function partWhere(stream: ElementaryStream, isMeant: Presence): StreamPart {
  let all = 0;
  let meant = 0;
  let [firstPiece, lastPiece] = [PIECES, 0];
  for (const [piece, count] of stream.spread.entries()) {
    all += count;
    if (count === 0 || !isMeant(piece)) continue;
    meant += count;
    firstPiece = Math.min(firstPiece, piece);
    lastPiece = piece;
  }
  const share = all === 0 ? 0 : meant / all;
  return { share, seconds: (share * stream.clockUs) / 1e6, firstPiece, lastPiece };
}

/** More of a file is never taken for its end. */
const MAX_END_PIECES = PIECES / 20;

/** `in the last 36 % of the file (12 s)`. What ends less than `nearPieces` before the file does goes on to its end. */
export function placeInWords({ firstPiece, lastPiece, seconds }: StreamPart, nearPieces: number): string {
  const endPieces = Math.min(MAX_END_PIECES, nearPieces);
  const [isFirst, isLast] = [firstPiece <= endPieces, lastPiece + 1 >= PIECES - endPieces];
  const percent = (pieces: number): number => Math.round((pieces / PIECES) * 100);
  const [from, to] = [percent(isFirst ? 0 : firstPiece), percent(isLast ? PIECES : lastPiece + 1)];
  const length = Math.max(1, to - from);
  const duration = `(${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s)`;
  if (isFirst && isLast) return `all over the file ${duration}`;
  if (isFirst || isLast) return `in the ${isFirst ? 'first' : 'last'} ${length} % of the file ${duration}`;
  return `from ${from} % to ${from + length} % of the file ${duration}`;
}
