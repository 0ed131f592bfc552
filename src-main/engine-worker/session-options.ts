import type { InferenceSession } from 'onnxruntime-node';

/**
 * How every network is run: `threads` compute, and sleep while they wait. onnxruntime's own way is to spin, which takes the processor from
 * JavaScript between two tokens and from ffmpeg, which decodes the next frames: captions took a third longer.
 */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // A plan of all memory for each shape that was seen, beside what the first run took: nearly twice the memory for TransNet V2, and no faster.
    enableMemPattern: false,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}
