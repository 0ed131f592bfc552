/** Frames `[startFrame, endFrame)` of a video. */
export interface ClipRange {
  readonly startFrame: number;
  readonly endFrame: number;
}
