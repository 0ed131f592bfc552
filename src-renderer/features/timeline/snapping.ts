import type { TimelineView } from '../../editing/timeline-geometry.ts';

const SNAP_PX = 7;

/** The candidate nearest to `frame` within 7 pixels, else `frame` itself. */
export function snapFrame(frame: number, candidates: Iterable<number>, view: TimelineView): number {
  let best = frame;
  let bestDistancePx = SNAP_PX;
  for (const candidate of candidates) {
    const distancePx = Math.abs(candidate - frame) / view.framesPerPixel;
    if (distancePx <= bestDistancePx) {
      best = candidate;
      bestDistancePx = distancePx;
    }
  }
  return best;
}

/** Frames of `curve` that peak within `[first, end)`: where a detector saw the picture change most, good places for a cut. */
export function curvePeaks(curve: Uint8Array, first: number, end: number, floor = 40): number[] {
  const peaks: number[] = [];
  for (let frame = Math.max(0, first); frame < Math.min(end, curve.length); frame++) {
    const value = curve[frame] ?? 0;
    if (value >= floor && value >= (curve[frame - 1] ?? 0) && value > (curve[frame + 1] ?? 0)) peaks.push(frame);
  }
  return peaks;
}
