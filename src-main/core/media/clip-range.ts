/** Frames `[startFrame, endFrame)` of a film. */
export interface ClipRange {
  readonly startFrame: number;
  readonly endFrame: number;
}
