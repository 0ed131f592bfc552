import { z } from 'zod';
import { VideoId } from './ids.ts';
import { indexByPlace } from './place-index.ts';

const Corner = z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) });

/** Corners of a line as it is read (top left, top right, bottom right, bottom left), 0..1 of the picture's width and height. */
export const TextBox = z.tuple([Corner, Corner, Corner, Corner]);
export type TextBox = z.infer<typeof TextBox>;

/** A line that was read on the screen. Box and confidence are those of `frame`, where it was read best. */
export const ScreenText = z.object({
  videoId: VideoId,
  frame: z.int().nonnegative(),
  /** First and last frame in which it was read; it may stand longer, for only a few frames of a shot are read. */
  firstFrame: z.int().nonnegative(),
  lastFrame: z.int().nonnegative(),
  text: z.string(),
  /** Mean probability of its characters, 0..1. */
  confidence: z.number().min(0).max(1),
  box: TextBox,
});
export type ScreenText = z.infer<typeof ScreenText>;

/** A frame that was read. */
export const ScreenFrame = z.object({
  frame: z.int().nonnegative(),
  /** Share of the pixels beside the text that differ from their neighbours, 0..1: near 0 on a plain ground. */
  backgroundDetail: z.number().min(0).max(1),
});
export type ScreenFrame = z.infer<typeof ScreenFrame>;

/** A frame that was read, and by what. */
export interface ReadFrame extends ScreenFrame {
  readonly engine: string;
  readonly modelSha256: string;
}

export interface FrameSpan {
  readonly startFrame: number;
  readonly endFrame: number;
}

type PlacedText = Pick<ScreenText, 'frame' | 'firstFrame' | 'lastFrame' | 'text' | 'box'>;

/** The lines of a shot, each wording once, in the order in which people read them. */
export function screenTextsOf<T extends PlacedText>(texts: readonly T[], shot: FrameSpan): T[] {
  return asRead(texts.filter(isIn(shot)));
}

/** `screenTextsOf` for many shots of one video: none goes over all lines. */
export function indexScreenTexts<T extends PlacedText>(texts: readonly T[]): (shot: FrameSpan) => T[] {
  const find = indexByPlace(texts, ({ frame }) => frame);
  return ({ startFrame, endFrame }) => asRead(find(startFrame, endFrame));
}

function asRead<T extends PlacedText>(texts: readonly T[]): T[] {
  const seen = new Set<string>();
  return inReadingOrder(texts).filter(({ text }) => {
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

const isIn =
  ({ startFrame, endFrame }: FrameSpan) =>
  ({ frame }: { readonly frame: number }): boolean =>
    frame >= startFrame && frame < endFrame;

/** What appears first comes first; of what stands on the screen together, the rows from top to bottom, each from left to right. */
function inReadingOrder<T extends PlacedText>(lines: readonly T[]): T[] {
  const together: T[][] = [];
  let untilFrame = -1;
  for (const line of lines.toSorted((a, b) => a.firstFrame - b.firstFrame)) {
    const isTogether = line.firstFrame <= untilFrame;
    if (isTogether) together.at(-1)?.push(line);
    else together.push([line]);
    untilFrame = isTogether ? Math.min(untilFrame, line.lastFrame) : line.lastFrame;
  }
  return together.flatMap(rowByRow);
}

function rowByRow<T extends PlacedText>(lines: readonly T[]): T[] {
  const rows: { readonly box: TextBox; readonly lines: T[] }[] = [];
  for (const line of lines.toSorted((a, b) => centreOf(a.box).y - centreOf(b.box).y)) {
    const row = rows.at(-1);
    if (row !== undefined && isBeside(row.box, line.box)) row.lines.push(line);
    else rows.push({ box: line.box, lines: [line] });
  }
  return rows.flatMap((row) => row.lines.toSorted((a, b) => centreOf(a.box).x - centreOf(b.box).x));
}

function isBeside(box: TextBox, other: TextBox): boolean {
  return Math.abs(centreOf(box).y - centreOf(other).y) < lineHeight(box) / 2;
}

function centreOf(box: TextBox): { readonly x: number; readonly y: number } {
  const mean = (axis: 'x' | 'y'): number => box.reduce((sum, corner) => sum + corner[axis], 0) / box.length;
  return { x: mean('x'), y: mean('y') };
}

/** Lines as one text. */
export function joinScreenTexts(texts: readonly Pick<ScreenText, 'text'>[]): string {
  return texts.map(({ text }) => text).join(' ');
}

/**
 * Above this a ground counts as a picture. Cards of the videos at hand have at most 0.003 (`tests/golden/text-recogniser.test.ts`), the
 * plainest of 400 Flickr8k photographs 0.11 (`tests/bench/plain-grounds.ts`).
 */
export const MAX_CARD_DETAIL = 0.02;
/** Text that the recogniser was less sure of says nothing for certain. */
const MIN_CARD_CONFIDENCE = 0.8;
/** Height of the largest line over the picture's: a watermark in the corner of a blank picture makes no title card. */
const MIN_CARD_LINE_HEIGHT = 0.035;

/** True for a shot that is nothing but text on a plain ground, in every frame that was read. */
export function isTitleCard(
  frames: readonly ScreenFrame[],
  texts: readonly Pick<ScreenText, 'frame' | 'confidence' | 'box'>[],
  shot: FrameSpan,
): boolean {
  const read = frames.filter(isIn(shot));
  const lines = texts.filter(isIn(shot));
  return (
    read.length > 0 &&
    read.every(({ backgroundDetail }) => backgroundDetail <= MAX_CARD_DETAIL) &&
    lines.some(({ confidence, box }) => confidence >= MIN_CARD_CONFIDENCE && lineHeight(box) >= MIN_CARD_LINE_HEIGHT)
  );
}

/** Height of a line that lies about level, over the picture's height. */
function lineHeight([topLeft, , , bottomLeft]: TextBox): number {
  return Math.abs(bottomLeft.y - topLeft.y);
}
