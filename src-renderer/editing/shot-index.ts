import type { Shot } from '#shared/domain/shot.ts';

/** What finding shots needs of them. Shots tile the video: sorted, no gaps. */
export type ShotSpan = Pick<Shot, 'startFrame' | 'endFrame'>;

/** Index of the shot that holds `frame` (the last shot for frames past the end); -1 when there are no shots. O(log n). */
export function shotIndexAt(shots: readonly ShotSpan[], frame: number): number {
  let low = 0;
  let high = shots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shots[middle]?.startFrame ?? Number.POSITIVE_INFINITY) <= frame) low = middle + 1;
    else high = middle;
  }
  return shots.length === 0 ? -1 : Math.max(0, low - 1);
}

/** Index of the boundary (a shot's start, the first shot's excepted) nearest to `frame`; -1 when the video is one shot. */
export function nearestBoundaryIndex(shots: readonly ShotSpan[], frame: number): number {
  if (shots.length < 2) return -1;
  const at = shotIndexAt(shots, frame);
  const before = Math.max(1, at);
  const after = Math.min(shots.length - 1, before + 1);
  const distance = (index: number): number => Math.abs((shots[index]?.startFrame ?? Number.POSITIVE_INFINITY) - frame);
  return distance(after) < distance(before) ? after : before;
}

/**
 * Frames between which the boundary at the start of `shots[index]` may be put: both neighbours keep one frame.
 * Null when that shot starts the video.
 */
export function boundaryLimits(shots: readonly ShotSpan[], index: number): { readonly min: number; readonly max: number } | null {
  const left = shots[index - 1];
  const right = shots[index];
  if (left === undefined || right === undefined) return null;
  return { min: left.startFrame + 1, max: right.endFrame - 1 };
}
