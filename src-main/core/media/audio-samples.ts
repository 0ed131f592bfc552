/** Audio as speech models take it: mono float samples of −1..1, 16 kHz. */
export const SAMPLE_RATE_HZ = 16_000;

export function samplesOf(ms: number): number {
  return Math.round((ms * SAMPLE_RATE_HZ) / 1000);
}

export function usOfSamples(samples: number): number {
  return Math.round((samples * 1e6) / SAMPLE_RATE_HZ);
}

/** The latest stretch of audio that comes in blocks; what is needed no more is let go. */
export interface AudioWindow {
  push(samples: Float32Array): void;
  /** Samples `[startSample, endSample)` of the whole recording, clipped to what has come. Throws when they were let go. */
  slice(startSample: number, endSample: number): Float32Array;
  /** Lets go of everything before this sample. */
  drop(beforeSample: number): void;
  /** Samples that have come so far. */
  length(): number;
}

export function createAudioWindow(): AudioWindow {
  let blocks: { startSample: number; samples: Float32Array }[] = [];
  let length = 0;
  let keptFrom = 0;
  return {
    push(samples) {
      blocks.push({ startSample: length, samples });
      length += samples.length;
    },
    slice(startSample, endSample) {
      if (startSample < keptFrom) throw new RangeError(`sample ${startSample} was let go, the first kept is ${keptFrom}`);
      const end = Math.min(endSample, length);
      const joined = new Float32Array(Math.max(0, end - startSample));
      for (const { startSample: at, samples } of blocks) {
        const from = Math.max(0, startSample - at);
        const to = Math.min(samples.length, end - at);
        if (from < to) joined.set(samples.subarray(from, to), at + from - startSample);
      }
      return joined;
    },
    drop(beforeSample) {
      keptFrom = Math.max(keptFrom, beforeSample);
      blocks = blocks.filter(({ startSample, samples }) => startSample + samples.length > keptFrom);
    },
    length: () => length,
  };
}

/** Audio as it comes: mono, 16 kHz, −1..1, in order and without gaps from the first sample on. */
export interface AudioBlock {
  readonly samples: Float32Array;
}
