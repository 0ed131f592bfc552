import type { Turn } from '#core/base/turns.ts';
import type { Transition } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';

/** A shot as a cut list has it: `[startFrame, endFrame)` of the video, not yet fitted to it. */
export interface ListedShot {
  readonly startFrame: number;
  readonly endFrame: number;
  /** What the list says of it; '' where it says nothing. */
  readonly caption: string;
  /** The transition into it where the list has one that is no cut. */
  readonly transition?: Transition;
}

export interface CutList {
  /** In the order of the list. They may overlap, leave gaps, and lie outside the video. */
  readonly shots: readonly ListedShot[];
  /** What was left out or read in another way than it is written, for people. */
  readonly notes: readonly string[];
}

export interface CutListContext {
  /** Of the video that the list is for. */
  readonly clock: FrameClock;
  /** How much later than its file the pictures begin, for lists whose times are those of players. */
  readonly leadUs: number;
  /** To be awaited for each shot: a list may have tens of thousands. */
  readonly turn: Turn;
}

/** The shots of one video in the format of another program. The text may be anybody's: every count, length and depth in it is bounded. */
export interface CutListFormat {
  readonly id: string;
  readonly title: string;
  readonly extensions: readonly string[];
  /** Whether a text is in this format, by its beginning. */
  isIn(text: string): boolean;
  /** @throws AppError `invalid-input` with what is wrong with the list as a whole, as part of a sentence */
  parse(text: string, context: CutListContext): Promise<CutList>;
}
