/** Stretches that are looked at as a whole, in seconds. */
const WINDOW_S = 0.1;
/** A mix of less than this share of the louder channel's energy has been cancelled out: −20 dB. */
const CANCELLED = 0.01;

export interface MonoMix {
  /** Interleaved stereo in, mono out. */
  mix(stereo: Float32Array): Float32Array<ArrayBuffer>;
  /** Seconds in which one channel stood for both, because they cancel each other out. */
  cancelledSeconds(): number;
}

/**
 * Mixes two channels. Where they are opposite, as when one cable was wired the wrong way round, their mean would be silence, so the louder one is taken.
 */
export function createMonoMix(sampleRateHz: number): MonoMix {
  const windowSamples = Math.max(1, Math.round(sampleRateHz * WINDOW_S));
  let cancelled = 0;
  return {
    mix(stereo) {
      const mono = new Float32Array(stereo.length >> 1);
      for (let from = 0; from < mono.length; from += windowSamples) {
        const until = Math.min(mono.length, from + windowSamples);
        let [left, right, both] = [0, 0, 0];
        for (let at = from; at < until; at++) {
          const [a, b] = [stereo[2 * at] ?? 0, stereo[2 * at + 1] ?? 0];
          mono[at] = (a + b) / 2;
          left += a * a;
          right += b * b;
          both += ((a + b) / 2) ** 2;
        }
        if (both >= Math.max(left, right) * CANCELLED) continue;
        const louder = left >= right ? 0 : 1;
        for (let at = from; at < until; at++) mono[at] = stereo[2 * at + louder] ?? 0;
        cancelled += until - from;
      }
      return mono;
    },
    cancelledSeconds: () => cancelled / sampleRateHz,
  };
}
