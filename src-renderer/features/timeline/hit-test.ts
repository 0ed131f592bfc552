import type { TranscriptSegment } from '#shared/domain/transcript.ts';
import type { ShotSpan } from '../../editing/shot-index.ts';
import { nearestBoundaryIndex, shotIndexAt } from '../../editing/shot-index.ts';
import type { TimelineView } from '../../editing/timeline-geometry.ts';
import { frameToX, xToFrame } from '../../editing/timeline-geometry.ts';
import type { Lanes } from './lanes.ts';
import { laneAt, scoreToY } from './lanes.ts';

/** What lies under the pointer. */
export type Hit =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'seek' }
  | { readonly kind: 'threshold' }
  | { readonly kind: 'boundary'; readonly shotIndex: number }
  | { readonly kind: 'shot'; readonly shotIndex: number }
  | { readonly kind: 'speech'; readonly segmentIndex: number };

export interface HitScene {
  readonly view: TimelineView;
  readonly lanes: Lanes;
  readonly shots: readonly ShotSpan[];
  readonly frameCount: number;
  /** Null when there is no curve. */
  readonly threshold: number | null;
  readonly segments: readonly Pick<TranscriptSegment, 'startUs' | 'endUs'>[];
  /** Frame → µs, for the speech lane. */
  readonly toUs: (frame: number) => number;
}

/** How far from a line the pointer may be and still take hold of it. */
const GRIP_PX = 5;

export function hitTest(scene: HitScene, x: number, y: number): Hit {
  const lane = laneAt(scene.lanes, y);
  const frame = xToFrame(scene.view, x);
  if (lane === null || frame < 0 || frame >= scene.frameCount) return { kind: 'nothing' };
  if (lane === 'ruler' || lane === 'waveform') return { kind: 'seek' };
  if (lane === 'curve') return isOnThreshold(scene, y) ? { kind: 'threshold' } : { kind: 'seek' };
  if (lane === 'speech') return hitSpeech(scene, frame);
  const boundary = nearestBoundaryIndex(scene.shots, frame);
  const boundaryFrame = scene.shots[boundary]?.startFrame;
  if (boundaryFrame !== undefined && Math.abs(frameToX(scene.view, boundaryFrame) - x) <= GRIP_PX) {
    return { kind: 'boundary', shotIndex: boundary };
  }
  const shotIndex = shotIndexAt(scene.shots, frame);
  return shotIndex < 0 ? { kind: 'seek' } : { kind: 'shot', shotIndex };
}

function isOnThreshold({ lanes, threshold }: HitScene, y: number): boolean {
  return lanes.curve !== undefined && threshold !== null && Math.abs(scoreToY(lanes.curve, threshold) - y) <= GRIP_PX;
}

function hitSpeech(scene: HitScene, frame: number): Hit {
  const us = scene.toUs(frame);
  const segmentIndex = scene.segments.findIndex((segment) => segment.startUs <= us && us < segment.endUs);
  return segmentIndex < 0 ? { kind: 'seek' } : { kind: 'speech', segmentIndex };
}
