import { frameToUs, usToFrame } from '#shared/domain/time.ts';
import { frameToX, visibleFrames, xToFrame } from '../../../editing/timeline-geometry.ts';
import { scoreToY } from '../lanes.ts';
import { maxIn } from '../level-pyramid.ts';
import { pixelFilter } from '../pixel-filter.ts';
import type { TimelineScene } from '../timeline-scene.ts';
import { fitText } from './fit-text.ts';

/** The audio's loudness, mirrored about the lane's middle. One column per pixel, however long the video. */
export function drawWaveform(context: CanvasRenderingContext2D, { content, lanes, view, extent, colours }: TimelineScene): void {
  const lane = lanes.waveform;
  if (lane === undefined || content.waveform === null) return;
  const { levels, peaksPerSecond } = content.waveform;
  const right = Math.min(extent.widthPx, frameToX(view, extent.frameCount));
  context.fillStyle = colours.lane;
  context.fillRect(0, lane.top, right, lane.height);
  context.fillStyle = colours.waveform;
  const peakAt = (x: number): number => (usAt(content.clock, xToFrame(view, x)) / 1e6) * peaksPerSecond;
  const middle = lane.top + lane.height / 2;
  let from = peakAt(0);
  for (let x = 0; x < right; x++) {
    const to = peakAt(x + 1);
    const loudness = maxIn(levels, from, Math.max(to, from + 1e-6)) / 255;
    const height = Math.max(1, loudness * (lane.height - 4));
    context.fillRect(x, middle - height / 2, 1, height);
    from = to;
  }
}

export function drawSpeech(context: CanvasRenderingContext2D, { content, lanes, view, extent, colours }: TimelineScene): void {
  const lane = lanes.speech;
  if (lane === undefined) return;
  const { first, end } = visibleFrames(view, extent);
  const [fromUs, toUs] = [frameToUs(content.clock, first), frameToUs(content.clock, end)];
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = 'middle';
  const isSeen = pixelFilter();
  for (const segment of content.segments) {
    if (segment.endUs < fromUs || segment.startUs > toUs) continue;
    const left = frameToX(view, frameAtUs(content.clock, segment.startUs));
    const right = frameToX(view, frameAtUs(content.clock, segment.endUs));
    if (!isSeen(Math.max(0, left), Math.min(extent.widthPx, right))) continue;
    context.fillStyle = colours.speech;
    context.beginPath();
    context.roundRect(left, lane.top + 1, Math.max(2, right - left - 1), lane.height - 2, 3);
    context.fill();
    context.fillStyle = colours['on-speech'];
    const textLeft = Math.max(0, left) + 5;
    context.fillText(fitText(context, segment.text, right - textLeft - 5), textLeft, lane.top + lane.height / 2 + 0.5);
  }
}

/** The detector's score of every frame, its threshold, and what a threshold in the hand would do. */
export function drawCurve(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { content, lanes, view, extent, colours, thresholdDrag } = scene;
  const lane = lanes.curve;
  if (lane === undefined || content.curve === null) return;
  const right = Math.min(extent.widthPx, frameToX(view, extent.frameCount));
  const bottom = scoreToY(lane, 0);
  context.fillStyle = colours.lane;
  context.fillRect(0, lane.top, right, lane.height);
  context.fillStyle = colours.curve;
  context.beginPath();
  context.moveTo(0, bottom);
  for (let x = 0; x < right; x++) {
    const from = xToFrame(view, x);
    const score = maxIn(content.curve, from, Math.max(xToFrame(view, x + 1), from + 1e-6)) / 255;
    context.lineTo(x, scoreToY(lane, score));
    context.lineTo(x + 1, scoreToY(lane, score));
  }
  context.lineTo(right, bottom);
  context.fill();
  const threshold = thresholdDrag?.threshold ?? content.threshold;
  if (threshold === null) return;
  const y = Math.round(scoreToY(lane, threshold)) + 0.5;
  context.strokeStyle = colours.threshold;
  context.lineWidth = thresholdDrag === null ? 1 : 2;
  context.setLineDash([5, 3]);
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(right, y);
  context.stroke();
  context.setLineDash([]);
}

/** Cuts that the threshold in the hand would make (solid) and take away (crossed out). */
export function drawGhosts(context: CanvasRenderingContext2D, { lanes, view, extent, colours, thresholdDrag }: TimelineScene): void {
  const top = lanes.thumbnails?.top;
  const shotsLane = lanes.shots;
  const ghosts = thresholdDrag?.ghosts ?? null;
  if (ghosts === null || top === undefined || shotsLane === undefined) return;
  const { first, end } = visibleFrames(view, extent);
  const height = shotsLane.top + shotsLane.height - top;
  const visible = (frames: readonly number[]): number[] => {
    const isSeen = pixelFilter();
    return frames.filter((frame) => frame >= first && frame <= end && isSeen(frameToX(view, frame), frameToX(view, frame)));
  };
  context.fillStyle = colours['ghost-added'];
  for (const frame of visible(ghosts.added)) context.fillRect(frameToX(view, frame) - 1, top, 2.5, height);
  context.strokeStyle = colours['ghost-removed'];
  context.lineWidth = 2;
  for (const frame of visible(ghosts.removed)) {
    const x = frameToX(view, frame);
    context.beginPath();
    context.setLineDash([3, 3]);
    context.moveTo(x, top);
    context.lineTo(x, top + height);
    context.stroke();
    context.setLineDash([]);
    const y = shotsLane.top + shotsLane.height / 2;
    context.beginPath();
    context.moveTo(x - 5, y - 5);
    context.lineTo(x + 5, y + 5);
    context.moveTo(x + 5, y - 5);
    context.lineTo(x - 5, y + 5);
    context.stroke();
  }
}

/** Microseconds at a frame's fraction. */
function usAt(clock: TimelineScene['content']['clock'], frame: number): number {
  const whole = Math.floor(frame);
  const startUs = frameToUs(clock, whole);
  return startUs + (frameToUs(clock, whole + 1) - startUs) * (frame - whole);
}

/** The frame, with its fraction, at a time. */
function frameAtUs(clock: TimelineScene['content']['clock'], timeUs: number): number {
  return clock.ptsUs === undefined ? (timeUs * clock.rate.num) / (clock.rate.den * 1e6) : fractionalFrame(clock, timeUs);
}

function fractionalFrame(clock: TimelineScene['content']['clock'], timeUs: number): number {
  const frame = usToFrame(clock, timeUs);
  const startUs = frameToUs(clock, frame);
  const lengthUs = Math.max(1, frameToUs(clock, frame + 1) - startUs);
  return frame + Math.min(1, Math.max(0, (timeUs - startUs) / lengthUs));
}
