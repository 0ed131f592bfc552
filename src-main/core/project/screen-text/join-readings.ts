import type { Turn } from '#core/base/turns.ts';
import type { RecognisedLine } from '#core/engines/text-recogniser.ts';
import { characterErrorRate } from '#core/base/edit-distance.ts';
import type { ScreenText, TextBox } from '#shared/domain/screen-text.ts';

export interface FrameReading {
  readonly frame: number;
  readonly lines: readonly RecognisedLine[];
}

export type JoinedLine = Omit<ScreenText, 'videoId'>;

/** In the same place, wordings that differ by no more than this share of their characters are one line, read better or worse. */
const SAME_PLACE_ERROR = 0.4;
/** Elsewhere (text that scrolls or slides), only by this. */
const ELSEWHERE_ERROR = 0.1;
const SAME_PLACE_OVERLAP = 0.5;
/** This share of a piece lies where the whole line stands. */
const PIECE_INSIDE = 0.7;

/** Joins what was read in several frames of one shot: each line once, as it was read with the greatest confidence, in order of appearance. In turns: a screen may be full of words. */
export async function joinReadings(readings: readonly FrameReading[], turn: Turn): Promise<JoinedLine[]> {
  const joined: JoinedLine[] = [];
  for (const { frame, lines } of readings) {
    for (const line of lines) {
      await turn();
      const index = joined.findIndex((known) => known.lastFrame < frame && isSameLine(known, line));
      const known = joined[index];
      if (known === undefined) joined.push({ ...line, frame, firstFrame: frame, lastFrame: frame });
      else
        joined[index] =
          line.confidence > known.confidence ? { ...known, ...line, frame, lastFrame: frame } : { ...known, lastFrame: frame };
    }
  }
  const read = joined.map((line) => ({ line, letters: lettersOf(line.text) }));
  const whole: JoinedLine[] = [];
  for (const one of read) {
    await turn();
    if (!read.some((other) => isPieceOf(one, other))) whole.push(one.line);
  }
  return whole;
}

interface ReadLetters {
  readonly line: JoinedLine;
  readonly letters: string;
}

function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}

/** True for a part of a line that was found in pieces in one frame and whole in another. */
function isPieceOf(piece: ReadLetters, whole: ReadLetters): boolean {
  if (piece.line.frame === whole.line.frame || piece.letters.length >= whole.letters.length) return false;
  const [inside, around] = [boundsOf(piece.line.box), boundsOf(whole.line.box)];
  return whole.letters.includes(piece.letters) && intersection(inside, around) >= PIECE_INSIDE * areaOf(inside);
}

function isSameLine(known: Pick<ScreenText, 'text' | 'box'>, line: RecognisedLine): boolean {
  const [before, now] = [known.text.toLowerCase(), line.text.toLowerCase()];
  // So many characters more, or fewer, are at least as many errors; surrogate pairs are one.
  const leastErrors = Math.abs(before.length - now.length) / 2;
  if (leastErrors > SAME_PLACE_ERROR * Math.max(1, before.length)) return false;
  const errorRate = characterErrorRate(before, now);
  return errorRate <= ELSEWHERE_ERROR || (errorRate <= SAME_PLACE_ERROR && overlap(known.box, line.box) >= SAME_PLACE_OVERLAP);
}

/** Intersection over union of the upright rectangles around two boxes. */
function overlap(a: TextBox, b: TextBox): number {
  const [first, second] = [boundsOf(a), boundsOf(b)];
  const shared = intersection(first, second);
  return shared / (areaOf(first) + areaOf(second) - shared);
}

function intersection(first: Bounds, second: Bounds): number {
  const width = Math.min(first.right, second.right) - Math.max(first.left, second.left);
  const height = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
  return width <= 0 || height <= 0 ? 0 : width * height;
}

interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boundsOf(box: TextBox): Bounds {
  const [xs, ys] = [box.map(({ x }) => x), box.map(({ y }) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function areaOf({ left, right, top, bottom }: Bounds): number {
  return (right - left) * (bottom - top);
}
