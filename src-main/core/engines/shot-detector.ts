import type { Cut } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { FrameBatch, FrameSize } from '#core/media/pictures.ts';
import type { Engine } from './engine.ts';

/**
 * What a detector says per frame, all of length `frameCount`, values 0..1.
 * `cut[i]`: how sure it is that a new shot starts at frame i. `transition[i]`, where the detector knows gradual transitions: how
 * sure it is that frame i lies inside one.
 */
export interface ScoreCurve {
  readonly cut: Float32Array;
  readonly transition: Float32Array | null;
}

export interface CutOptions {
  /** 0..1, on the detector's own scale. */
  readonly threshold: number;
  /** Shots shorter than this are joined to a neighbour. */
  readonly minShotUs: number;
}

/** Final scores of the frames `[startFrame, startFrame + cut.length)`. */
export interface ScoreChunk {
  readonly startFrame: number;
  readonly cut: Float32Array;
  readonly transition: Float32Array | null;
}

export interface DetectContext {
  readonly signal: AbortSignal;
  /**
   * Called in order, without gaps, as scores become final, so that a job can store them and go on from there after a crash.
   * The arrays belong to the receiver.
   */
  onScores(chunk: ScoreChunk): void;
}

/** A detector scores frames and turns scores into cuts; it does not decode. Cuts are a pure function of the curve. */
export interface ShotDetector extends Engine {
  readonly frameSize: FrameSize;
  readonly defaultThreshold: number;
  /** The execution provider that runs its network; null for a detector without one. */
  readonly device: string | null;
  /**
   * Frames before a point from which scoring must start so that every score from that point on equals that of a run over
   * the whole video. Scoring may start only at multiples of it.
   */
  readonly warmupFrames: number;
  /** Consumes the frames once, in order, whatever frame they start at; memory stays flat but for the curve. */
  score(frames: AsyncIterable<FrameBatch>, context: DetectContext): Promise<ScoreCurve>;
  /** Sorted by frame, first frame of each new shot in `cut.frame`, never 0. Distances are measured on the clock (VFR-correct). */
  cuts(curve: ScoreCurve, clock: FrameClock, options: CutOptions): Cut[];
}
