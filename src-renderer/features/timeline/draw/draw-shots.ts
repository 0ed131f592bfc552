import type { Shot } from '#shared/domain/shot.ts';
import { isLowConfidence, type Revision } from '#shared/domain/text.ts';
import { reviewState, type ReviewState } from '../../../editing/shot-texts.ts';
import { frameToX } from '../../../editing/timeline-geometry.ts';
import type { Lane } from '../lanes.ts';
import type { TimelineColour } from '../timeline-colours.ts';
import type { TimelineScene } from '../timeline-scene.ts';
import { visibleShotBoxes, type ShotBox } from '../visible-shots.ts';
import { drawFlag, drawLock, drawStale } from './icons.ts';
import { fitText } from './fit-text.ts';

const colourOf: Readonly<Record<ReviewState, TimelineColour>> = {
  empty: 'shot-empty',
  draft: 'shot-draft',
  accepted: 'shot-accepted',
  rejected: 'shot-rejected',
  'needs-work': 'shot-needs-work',
};

/** Narrower boxes show their colour alone. */
const MIN_INDEX_PX = 20;
const MIN_CAPTION_PX = 46;
const PADDING_PX = 6;

export function drawShots(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const lane = scene.lanes.shots;
  if (lane === undefined) return;
  for (const box of visibleShotBoxes(scene.shots, scene.view, scene.extent)) {
    if (box.firstIndex === box.lastIndex) drawShot(context, scene, { box, lane });
    else drawRun(context, scene, { box, lane });
  }
  drawTransitions(context, scene, lane);
}

interface BoxPlace {
  readonly box: ShotBox;
  readonly lane: Lane;
}

/** Shots too narrow to be distinguished: the colour of the first, so that a video far away still shows where work is left. */
function drawRun(context: CanvasRenderingContext2D, { shots, content, colours }: TimelineScene, { box, lane }: BoxPlace): void {
  const shot = shots[box.firstIndex];
  if (shot === undefined) return;
  context.fillStyle = colours[colourOf[reviewState(content.texts.get(shot.id))]];
  context.fillRect(box.x, lane.top, Math.max(1, box.width), lane.height);
}

function drawShot(context: CanvasRenderingContext2D, scene: TimelineScene, { box, lane }: BoxPlace): void {
  const { shots, content, colours, activeIndex, selection, highlighted } = scene;
  const shot = shots[box.firstIndex];
  if (shot === undefined) return;
  const text = content.texts.get(shot.id);
  const width = Math.max(1, box.width - 1);
  const isChosen = box.firstIndex === activeIndex || selection.has(shot.id);
  context.fillStyle = colours[colourOf[reviewState(text)]];
  roundedBox(context, { x: box.x, y: lane.top, width, height: lane.height });
  context.fill();
  if (isChosen || highlighted.has(shot.id)) {
    context.strokeStyle = isChosen ? colours.selection : colours.accent;
    context.lineWidth = 2;
    roundedBox(context, { x: box.x + 1, y: lane.top + 1, width: Math.max(1, width - 2), height: lane.height - 2 });
    context.stroke();
  }
  drawShotContent(context, scene, {
    shot,
    text,
    index: box.firstIndex,
    lane,
    left: Math.max(0, box.x),
    right: Math.min(scene.extent.widthPx, box.x + width),
  });
}

interface ShotContent {
  readonly shot: Shot;
  readonly text: Revision | undefined;
  readonly index: number;
  readonly lane: Lane;
  /** Edges on the canvas: a shot that begins left of it still shows its number. */
  readonly left: number;
  readonly right: number;
}

function drawShotContent(
  context: CanvasRenderingContext2D,
  { colours }: TimelineScene,
  { shot, text, index, lane, left, right }: ShotContent,
): void {
  if (right - left < MIN_INDEX_PX) return;
  const hasTwoLines = lane.height >= 34;
  const firstLine = lane.top + (hasTwoLines ? 14 : lane.height / 2 + 4);
  context.textBaseline = 'alphabetic';
  context.fillStyle = colours['on-shot'];
  context.font = '600 11px "Inter Variable", system-ui, sans-serif';
  const name = String(index + 1);
  context.fillText(name, left + PADDING_PX, firstLine);
  let x = left + PADDING_PX + context.measureText(name).width + 5;
  const marks = [
    { isOn: shot.locked, draw: drawLock, colour: colours['on-shot-dim'] },
    { isOn: text !== undefined && isLowConfidence(text), draw: drawFlag, colour: colours.flag },
    { isOn: text !== undefined && text.staleReason !== null, draw: drawStale, colour: colours.flag },
  ];
  for (const mark of marks) {
    if (!mark.isOn || x + 12 > right - 2) continue;
    mark.draw(context, { x, y: firstLine - 9, colour: mark.colour });
    x += 13;
  }
  if (right - left < MIN_CAPTION_PX || text === undefined) return;
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.fillStyle = colours['on-shot-dim'];
  if (hasTwoLines) context.fillText(fitText(context, text.text, right - left - 2 * PADDING_PX), left + PADDING_PX, firstLine + 15);
  else context.fillText(fitText(context, text.text, right - x - PADDING_PX), x + 2, firstLine);
}

/** Gradual transitions lie across the cut with the frames that they take; hard cuts are the gap between boxes. */
function drawTransitions(context: CanvasRenderingContext2D, { shots, view, extent, colours }: TimelineScene, lane: Lane): void {
  context.fillStyle = colours.transition;
  for (const box of visibleShotBoxes(shots, view, extent)) {
    const transition = shots[box.firstIndex]?.transition;
    if (transition === undefined || transition.endFrame <= transition.startFrame || box.firstIndex !== box.lastIndex) continue;
    const left = frameToX(view, transition.startFrame);
    const right = Math.max(left + 3, frameToX(view, transition.endFrame));
    const middle = (left + right) / 2;
    context.beginPath();
    context.moveTo(left, lane.top);
    context.lineTo(right, lane.top);
    context.lineTo(middle, lane.top + lane.height / 2);
    context.lineTo(right, lane.top + lane.height);
    context.lineTo(left, lane.top + lane.height);
    context.lineTo(middle, lane.top + lane.height / 2);
    context.closePath();
    context.fill();
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function roundedBox(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(4, width / 2));
}
