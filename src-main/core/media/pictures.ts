/** Packed RGB24 pictures in presentation order: `data.length === count * width * height * 3`. */
export interface FrameBatch {
  /** Index in the video of the first picture. */
  readonly startFrame: number;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The size at which a detector wants its frames; the frame reader scales while it decodes. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** One picture for a captioner, packed RGB24. */
export interface Picture {
  readonly frame: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
