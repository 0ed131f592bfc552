import type { ShotSpan } from '../../editing/shot-index.ts';
import { shotIndexAt } from '../../editing/shot-index.ts';
import type { TimelineExtent, TimelineView } from '../../editing/timeline-geometry.ts';
import { frameToX, visibleFrames, xToFrame } from '../../editing/timeline-geometry.ts';

/** A box to draw: one shot, or a run of shots too narrow to be distinguished (`lastIndex > firstIndex`). */
export interface ShotBox {
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly x: number;
  readonly width: number;
}

/** Shots narrower than this are drawn together: drawing costs at most one box per this many pixels, however many shots. */
export const MIN_BOX_PX = 2;

/**
 * The boxes on the canvas, left to right. Finds each by binary search, so that a video of 10,000 shots costs as much as its
 * boxes on screen (at most width / MIN_BOX_PX), not as much as its shots.
 */
export function visibleShotBoxes(shots: readonly ShotSpan[], view: TimelineView, extent: TimelineExtent): ShotBox[] {
  const { first, end } = visibleFrames(view, extent);
  const boxes: ShotBox[] = [];
  let index = first < end ? shotIndexAt(shots, first) : -1;
  // Shots that do not tile their video, as nobody here makes them, would each be a box of its own.
  while (index >= 0 && index < shots.length && boxes.length < extent.widthPx) {
    const shot = shots[index];
    if (shot === undefined || shot.startFrame >= end) break;
    const x = frameToX(view, shot.startFrame);
    const lastIndex = isWide(shot, view) ? index : lastOfRun(shots, { index, reachFrame: xToFrame(view, x + MIN_BOX_PX), view });
    const endFrame = shots[lastIndex]?.endFrame ?? shot.endFrame;
    boxes.push({ firstIndex: index, lastIndex, x, width: frameToX(view, endFrame) - x });
    index = lastIndex + 1;
  }
  return boxes;
}

/** A run of narrow shots ends where the next pixels begin, or before the first shot that is wide enough to stand alone. */
function lastOfRun(
  shots: readonly ShotSpan[],
  run: { readonly index: number; readonly reachFrame: number; readonly view: TimelineView },
): number {
  const reached = Math.max(run.index, shotIndexAt(shots, run.reachFrame));
  const shot = shots[reached];
  return reached > run.index && shot !== undefined && isWide(shot, run.view) ? reached - 1 : reached;
}

function isWide(shot: ShotSpan, view: TimelineView): boolean {
  return (shot.endFrame - shot.startFrame) / view.framesPerPixel >= MIN_BOX_PX;
}
