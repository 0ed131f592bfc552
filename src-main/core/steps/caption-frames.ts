import { assert } from '#shared/assert.ts';
import type { Shot } from '#shared/domain/shot.ts';

const MAX_CAPTION_FRAMES = 8;

type FrameSpan = Pick<Shot, 'startFrame' | 'endFrame'>;

/** A shot with what surrounds it: frames inside a transition show two shots at once and would mislead a captioner. */
export interface CaptionedShot extends FrameSpan {
  /** The transition into the shot. */
  readonly transition: FrameSpan;
  /** The transition into the shot after it; null for the last shot. */
  readonly nextTransition: FrameSpan | null;
}

/**
 * Which frames of a shot to show to a captioner: the middles of `count` equal parts of the shot, transitions at both ends left out.
 * Ascending, no doubles; fewer than `count` where the shot has fewer frames. A shot that is all transition gives its own middle parts.
 * @param count 1–8
 */
export function captionFrames(shot: CaptionedShot, count: number): number[] {
  assert(shot.endFrame > shot.startFrame, 'a shot has at least one frame');
  assert(Number.isInteger(count) && count >= 1 && count <= MAX_CAPTION_FRAMES, 'a captioner sees 1 to 8 frames');
  const { startFrame, endFrame } = clearSpan(shot);
  const length = endFrame - startFrame;
  const parts = Math.min(count, length);
  return Array.from({ length: parts }, (_, part) => startFrame + Math.floor(((part + 0.5) * length) / parts));
}

function clearSpan(shot: CaptionedShot): FrameSpan {
  const startFrame = Math.max(shot.startFrame, shot.transition.endFrame);
  const endFrame = Math.min(shot.endFrame, shot.nextTransition?.startFrame ?? shot.endFrame);
  return startFrame < endFrame ? { startFrame, endFrame } : shot;
}
