import type { LaneName } from '../lanes.ts';
import type { TimelineScene } from '../timeline-scene.ts';

export function drawLaneLabels(context: CanvasRenderingContext2D, { lanes, colours, labels }: TimelineScene): void {
  context.font = '10px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = 'alphabetic';
  for (const [name, label] of Object.entries(labels)) {
    const lane = lanes[name as LaneName];
    if (lane === undefined || lane.height < 24) continue;
    const width = context.measureText(label).width;
    context.globalAlpha = 0.75;
    context.fillStyle = colours.lane;
    context.fillRect(4, lane.top + 2, width + 6, 13);
    context.globalAlpha = 1;
    context.fillStyle = colours['text-dim'];
    context.fillText(label, 7, lane.top + 12);
  }
}
