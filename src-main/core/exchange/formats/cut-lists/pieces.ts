import type { FrameClock } from '#shared/domain/time.ts';
import type { Transition } from '#shared/domain/shot.ts';
import type { CutList, ListedShot } from '../cut-list-format.ts';

/** `[startFrame, endFrame)`. */
interface Extent {
  readonly startFrame: number;
  readonly endFrame: number;
}

/** A clip of a sequence: where it lies in the sequence, and which part of which file it shows. */
export interface Piece extends Extent {
  /** Null where the list does not say. */
  readonly source: Extent | null;
  /** What names the file; '' where nothing does. */
  readonly media: string;
  readonly caption: string;
  readonly transition?: Transition;
}

/** A sequence ends with its video, give or take the rounding of its times. */
const MAX_BEYOND_FRAMES = 2;

/**
 * Shots of a sequence. Mostly the video is what the sequence shows. Where all clips are parts of one file, in order, and the sequence is shorter
 * than the video, it is a choice of parts of the video, as of scenes from which short ones were dropped; then they lie where they were taken from.
 */
export function shotsOf(pieces: readonly Piece[], clock: FrameClock): CutList {
  const shots = pieces.map(({ startFrame, endFrame, caption, transition }): ListedShot => ({
    startFrame,
    endFrame,
    caption,
    ...(transition !== undefined && { transition }),
  }));
  const parts = partsOfVideo(pieces, clock);
  if (parts === null) return { shots, notes: [] };
  return {
    shots: parts.map((part, index) => ({ ...part, caption: pieces[index]?.caption ?? '' })),
    notes: ['the list takes parts out of one file; the shots were put where they lie in that file'],
  };
}

function partsOfVideo(pieces: readonly Piece[], { frameCount }: FrameClock): Extent[] | null {
  const parts: Extent[] = [];
  let isElsewhere = false;
  for (const { source, media, startFrame, endFrame } of pieces) {
    const isInOrder = source !== null && source.startFrame >= (parts.at(-1)?.endFrame ?? 0);
    if (!isInOrder || media === '' || media !== pieces[0]?.media) return null;
    isElsewhere ||= source.startFrame !== startFrame || source.endFrame !== endFrame;
    parts.push({ startFrame: source.startFrame, endFrame: source.endFrame });
  }
  const end = pieces.reduce((end, { endFrame }) => Math.max(end, endFrame), 0);
  const isShorter = end < frameCount - MAX_BEYOND_FRAMES;
  return isElsewhere && isShorter && (parts.at(-1)?.endFrame ?? 0) <= frameCount + MAX_BEYOND_FRAMES ? parts : null;
}
