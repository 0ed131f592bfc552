import { frameToX } from '../../../editing/timeline-geometry.ts';
import { rulerTicks } from '../ruler-ticks.ts';
import type { TimelineScene } from '../timeline-scene.ts';

export function drawRuler(
  context: CanvasRenderingContext2D,
  { content, view, extent, lanes, colours, inFrame, outFrame }: TimelineScene,
): void {
  const lane = lanes.ruler;
  if (lane === undefined) return;
  const bottom = lane.top + lane.height;
  if (inFrame !== null || outFrame !== null) {
    const left = frameToX(view, inFrame ?? 0);
    const right = frameToX(view, outFrame === null ? extent.frameCount : outFrame + 1);
    context.fillStyle = colours.range;
    context.fillRect(left, lane.top, right - left, lane.height);
  }
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = 'alphabetic';
  for (const tick of rulerTicks(content.clock, view, extent)) {
    const x = Math.round(frameToX(view, tick.frame)) + 0.5;
    const isMajor = tick.label !== '';
    context.fillStyle = isMajor ? colours['text-dim'] : colours.line;
    context.fillRect(x - 0.5, bottom - (isMajor ? 8 : 4), 1, isMajor ? 8 : 4);
    // A label that does not fit at the right end would read as another time.
    if (isMajor && x + 4 + context.measureText(tick.label).width <= extent.widthPx) context.fillText(tick.label, x + 4, bottom - 9 + 2);
  }
}
