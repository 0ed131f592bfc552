import { z } from 'zod';
import { ShotId, VideoId } from './ids.ts';
import { FrameIndex } from './time.ts';

/** How a shot begins: hard cut, dissolve (cross-fade), fade (through a plain colour), or not known. */
export const TransitionKind = z.enum(['cut', 'dissolve', 'fade', 'unknown']);
export type TransitionKind = z.infer<typeof TransitionKind>;

/** The transition into a shot. Frames in `[startFrame, endFrame)` show both shots; empty for a cut. */
export const Transition = z.object({ kind: TransitionKind, startFrame: FrameIndex, endFrame: FrameIndex });
export type Transition = z.infer<typeof Transition>;

const BoundaryOrigin = z.enum(['start', 'detector', 'human', 'import']);
type BoundaryOrigin = z.infer<typeof BoundaryOrigin>;

/**
 * `[startFrame, endFrame)` of a video. The shots of a video tile it: sorted, no gaps, no overlaps, from 0 to frameCount.
 * `transition`, `origin`, `confidence` and `locked` describe the boundary at `startFrame`.
 */
export const Shot = z.object({
  id: ShotId,
  videoId: VideoId,
  startFrame: FrameIndex,
  endFrame: FrameIndex,
  transition: Transition,
  origin: BoundaryOrigin,
  /** Detector's score of the boundary 0..1; null where no detector spoke. */
  confidence: z.number().min(0).max(1).nullable(),
  /** True when a person made or confirmed the boundary; see `isKeptFromDetectors`. */
  locked: z.boolean(),
});
export type Shot = z.infer<typeof Shot>;

/** Fewer frames between two shots of a list come from rounding, and from tools that leave out the frames of a cut: they are no shot. */
export const SMALLEST_GAP_FRAMES = 3;
/** So many more frames than a data set counted may be those of another decoder; of more, nothing is known. */
export const MAX_TAIL_FRAMES = 24;

/** True for a boundary that no detector moves or removes: a person made or confirmed it, or it came with a data set. */
export function isKeptFromDetectors(shot: Pick<Shot, 'origin' | 'locked'>): boolean {
  return shot.locked || shot.origin === 'import';
}

/** A boundary as a detector reports it: the first frame of the new shot, and the transition's extent. */
export const Cut = z.object({
  frame: FrameIndex,
  kind: TransitionKind,
  startFrame: FrameIndex,
  endFrame: FrameIndex,
  confidence: z.number().min(0).max(1),
});
export type Cut = z.infer<typeof Cut>;
