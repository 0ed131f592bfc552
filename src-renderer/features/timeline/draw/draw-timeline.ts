import { frameToX } from '../../../editing/timeline-geometry.ts';
import type { TimelineScene } from '../timeline-scene.ts';
import { drawLaneLabels } from './draw-labels.ts';
import { drawRuler } from './draw-ruler.ts';
import { drawShots } from './draw-shots.ts';
import { drawCurve, drawGhosts, drawSpeech, drawWaveform } from './draw-signals.ts';
import { drawThumbnails } from './draw-thumbnails.ts';

/** Paints one whole picture of the timeline; only what is on the canvas is looked at. */
export function drawTimeline(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { lanes, extent, colours } = scene;
  const bottom = Math.max(0, ...Object.values(lanes).map((lane) => lane.top + lane.height));
  context.clearRect(0, 0, extent.widthPx, bottom + 100);
  context.fillStyle = colours.background;
  context.fillRect(0, 0, extent.widthPx, bottom + 100);
  drawThumbnails(context, scene);
  drawShots(context, scene);
  drawSpeech(context, scene);
  drawWaveform(context, scene);
  drawCurve(context, scene);
  drawLaneLabels(context, scene);
  drawGhosts(context, scene);
  drawBoundaryDrag(context, scene);
  drawRuler(context, scene);
}

function drawBoundaryDrag(context: CanvasRenderingContext2D, { boundaryDrag, lanes, view, colours }: TimelineScene): void {
  const top = lanes.thumbnails?.top;
  const shots = lanes.shots;
  if (boundaryDrag === null || top === undefined || shots === undefined) return;
  context.fillStyle = colours.selection;
  context.fillRect(Math.round(frameToX(view, boundaryDrag.frame)) - 1.5, top, 3, shots.top + shots.height - top);
}

export interface PlayheadPlace {
  readonly frame: number;
  /** Where the pointer would jump to; null when it is elsewhere. */
  readonly hoverFrame: number | null;
  readonly heightPx: number;
}

/** The playhead and the pointer's line, on the upper canvas: they move with every frame while the lower one stays. */
export function drawPlayhead(
  context: CanvasRenderingContext2D,
  { view, extent, lanes, colours }: TimelineScene,
  place: PlayheadPlace,
): void {
  context.clearRect(0, 0, extent.widthPx, place.heightPx);
  if (place.hoverFrame !== null) {
    context.fillStyle = colours.line;
    context.fillRect(Math.round(frameToX(view, place.hoverFrame)), 0, 1, place.heightPx);
  }
  const left = frameToX(view, place.frame);
  const width = 1 / view.framesPerPixel;
  const x = Math.round(left);
  const rulerBottom = (lanes.ruler?.top ?? 0) + (lanes.ruler?.height ?? 0);
  // Close up a frame is a box: the playhead covers the frame that it shows.
  if (width > 3) {
    context.globalAlpha = 0.22;
    context.fillStyle = colours.playhead;
    context.fillRect(left, rulerBottom, width, place.heightPx - rulerBottom);
    context.globalAlpha = 1;
  }
  context.fillStyle = colours.playhead;
  context.fillRect(x - 0.75, rulerBottom - 8, 1.5, place.heightPx);
  context.beginPath();
  context.moveTo(x - 6, rulerBottom - 15);
  context.lineTo(x + 6, rulerBottom - 15);
  context.lineTo(x + 6, rulerBottom - 9);
  context.lineTo(x, rulerBottom - 2);
  context.lineTo(x - 6, rulerBottom - 9);
  context.fill();
}
