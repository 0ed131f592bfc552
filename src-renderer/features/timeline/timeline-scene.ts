import type { ShotId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { TranscriptSegment } from '#shared/domain/transcript.ts';
import type { SpriteInfo } from '#shared/domain/video.ts';
import type { ShotTexts } from '../../editing/shot-texts.ts';
import type { TimelineExtent, TimelineView } from '../../editing/timeline-geometry.ts';
import type { GhostCuts } from './ghost-cuts.ts';
import type { LaneLabels, Lanes } from './lanes.ts';
import type { LevelPyramid } from './level-pyramid.ts';
import type { SpriteSheets } from './sprite-sheets.ts';
import type { TimelineColours } from './timeline-colours.ts';

/** What the timeline shows of a video, as the core last reported it. */
export interface TimelineContent {
  readonly clock: FrameClock;
  readonly texts: ShotTexts;
  readonly segments: readonly TranscriptSegment[];
  readonly sprite: SpriteInfo | null;
  readonly waveform: { readonly levels: LevelPyramid; readonly peaksPerSecond: number } | null;
  readonly curve: LevelPyramid | null;
  /** The detector's threshold in force; null without a curve. */
  readonly threshold: number | null;
}

/** A boundary in the hand: where it would go. */
export interface BoundaryDrag {
  readonly shotIndex: number;
  readonly frame: number;
}

/** A threshold in the hand, and the cuts that it would make and take. */
export interface ThresholdDrag {
  readonly threshold: number;
  /** Of the newest answer, which may be for an earlier `threshold` than the one in the hand. */
  readonly ghosts: (GhostCuts & { readonly threshold: number }) | null;
}

/** Everything that one picture of the timeline depends on, the playhead excepted (it has a canvas of its own). */
export interface TimelineScene {
  readonly content: TimelineContent;
  readonly shots: readonly Shot[];
  readonly view: TimelineView;
  readonly extent: TimelineExtent;
  readonly lanes: Lanes;
  readonly colours: TimelineColours;
  readonly labels: LaneLabels;
  readonly sheets: SpriteSheets;
  readonly activeIndex: number;
  readonly selection: ReadonlySet<ShotId>;
  readonly highlighted: ReadonlySet<ShotId>;
  readonly inFrame: number | null;
  readonly outFrame: number | null;
  readonly boundaryDrag: BoundaryDrag | null;
  readonly thresholdDrag: ThresholdDrag | null;
}
