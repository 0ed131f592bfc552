/**
 * The map between frames and pixels of the timeline. A frame is a box: frame `f` covers the pixels from `frameToX(f)` to
 * `frameToX(f + 1)`. Pure; x counts from the left edge of the canvas in CSS pixels.
 */

/** What part of the video the timeline shows. */
export interface TimelineView {
  /** Frame at the left edge; fractions allowed. */
  readonly startFrame: number;
  readonly framesPerPixel: number;
}

/** What the view looks at: the video's length and the canvas's width. */
export interface TimelineExtent {
  readonly frameCount: number;
  readonly widthPx: number;
}

/** Closest zoom: one frame is this wide, so that a boundary can be set without a magnifying glass. */
export const MAX_FRAME_WIDTH_PX = 48;

export function frameToX(view: TimelineView, frame: number): number {
  return (frame - view.startFrame) / view.framesPerPixel;
}

export function xToFrame(view: TimelineView, x: number): number {
  return view.startFrame + x * view.framesPerPixel;
}

/** The whole video in the whole width. */
export function fitView({ frameCount, widthPx }: TimelineExtent): TimelineView {
  return { startFrame: 0, framesPerPixel: Math.max(frameCount, 1) / Math.max(widthPx, 1) };
}

/** Keeps the zoom between one frame per 48 px and the whole video, and the video's edges at or beyond the canvas's edges. */
export function clampView(view: TimelineView, extent: TimelineExtent): TimelineView {
  const widest = fitView(extent).framesPerPixel;
  const closest = Math.min(widest, 1 / MAX_FRAME_WIDTH_PX);
  const framesPerPixel = Math.min(widest, Math.max(closest, view.framesPerPixel));
  const lastStart = Math.max(0, extent.frameCount - extent.widthPx * framesPerPixel);
  return { startFrame: Math.min(lastStart, Math.max(0, view.startFrame)), framesPerPixel };
}

/** Zooms in by `factor` (> 1: closer); the frame under `x` stays under `x` unless the video's edge is in the way. */
export function zoomAbout(view: TimelineView, zoom: { readonly x: number; readonly factor: number }, extent: TimelineExtent): TimelineView {
  const anchorFrame = xToFrame(view, zoom.x);
  const { framesPerPixel } = clampView({ startFrame: 0, framesPerPixel: view.framesPerPixel / zoom.factor }, extent);
  return clampView({ startFrame: anchorFrame - zoom.x * framesPerPixel, framesPerPixel }, extent);
}

export function panBy(view: TimelineView, deltaPx: number, extent: TimelineExtent): TimelineView {
  return clampView({ ...view, startFrame: view.startFrame + deltaPx * view.framesPerPixel }, extent);
}

/** Shows `[startFrame, endFrame)` with some room on both sides. */
export function viewOfRange(range: { readonly startFrame: number; readonly endFrame: number }, extent: TimelineExtent): TimelineView {
  const margin = Math.max(2, (range.endFrame - range.startFrame) * 0.15);
  const framesPerPixel = (range.endFrame - range.startFrame + 2 * margin) / Math.max(1, extent.widthPx);
  return clampView({ startFrame: range.startFrame - margin, framesPerPixel }, extent);
}

/** The view moved as little as needed to see `frame`: by a page when it runs out of sight, so that playback turns pages. */
export function reveal(view: TimelineView, frame: number, extent: TimelineExtent): TimelineView {
  const x = frameToX(view, frame);
  if (x >= 0 && x < extent.widthPx) return view;
  const lead = x < 0 ? 0.9 : 0.1;
  return clampView({ ...view, startFrame: frame - extent.widthPx * lead * view.framesPerPixel }, extent);
}

/** Frames of which at least a part is on the canvas: `[first, end)`. */
export function visibleFrames(view: TimelineView, extent: TimelineExtent): { readonly first: number; readonly end: number } {
  return {
    first: Math.max(0, Math.floor(view.startFrame)),
    end: Math.min(extent.frameCount, Math.ceil(xToFrame(view, extent.widthPx))),
  };
}

/** The frame whose box holds `x`, clamped to the video. */
export function frameAtX(view: TimelineView, x: number, frameCount: number): number {
  return Math.min(Math.max(0, frameCount - 1), Math.max(0, Math.floor(xToFrame(view, x))));
}
