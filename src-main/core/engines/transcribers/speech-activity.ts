import { samplesOf } from '#core/media/audio-samples.ts';

/** A stretch of audio, samples `[startSample, endSample)` of 16 kHz. */
export interface AudioRange {
  readonly startSample: number;
  readonly endSample: number;
}

export interface SpeechActivityOptions {
  /** Speech begins at this probability … */
  readonly startProbability: number;
  /** … and may end below this one: between the two what was goes on (hysteresis). */
  readonly endProbability: number;
  /** Shorter speech is taken for noise. */
  readonly minSpeechMs: number;
  /** Speech ends only when it stays away this long. */
  readonly minSilenceMs: number;
  /** Kept before and after speech, so that soft beginnings and endings are not cut off. At most half of `minSilenceMs`. */
  readonly paddingMs: number;
  /** Longer speech, padding included, is cut at its most silent place. */
  readonly maxRangeMs: number;
}

/** The two thresholds and the shortest speech as Silero's own `get_speech_timestamps` has them; its pauses are too short for whole sentences. */
export const SPEECH_ACTIVITY_DEFAULTS: SpeechActivityOptions = {
  startProbability: 0.5,
  endProbability: 0.35,
  minSpeechMs: 250,
  minSilenceMs: 500,
  paddingMs: 200,
  maxRangeMs: 30_000,
};

export interface SpeechFinder {
  /** Takes the probability of the next window; returns the speech that ended with it, if any. */
  push(probability: number): AudioRange | null;
  /** The speech that goes on to the end of the audio, which has `totalSamples`. */
  finish(totalSamples: number): AudioRange | null;
  /** Audio before this sample is needed no more. */
  neededFromSample(): number;
}

/**
 * Turns the speech probability of each window of `windowSamples` into ranges of speech: in order, never overlapping, at most `maxRangeMs`
 * long. Holds the probabilities of the running range only.
 */
export function createSpeechFinder(windowSamples: number, options: SpeechActivityOptions = SPEECH_ACTIVITY_DEFAULTS): SpeechFinder {
  const windows = (ms: number): number => Math.max(1, Math.ceil(samplesOf(ms) / windowSamples));
  const padding = samplesOf(options.paddingMs);
  const maxWindows = Math.floor((samplesOf(options.maxRangeMs) - 2 * padding) / windowSamples);
  /** Windows seen so far. */
  let count = 0;
  let lastEnd = 0;
  let running: { startWindow: number; isContinued: boolean; silentFrom: number | null; probabilities: number[] } | null = null;

  function range(startWindow: number, endWindow: number, padded: { start: boolean; end: boolean }): AudioRange {
    const startSample = Math.max(lastEnd, startWindow * windowSamples - (padded.start ? padding : 0));
    const endSample = endWindow * windowSamples + (padded.end ? padding : 0);
    lastEnd = endSample;
    return { startSample, endSample };
  }

  function close(endWindow: number): AudioRange | null {
    if (running === null) return null;
    const { startWindow, isContinued } = running;
    running = null;
    if (!isContinued && endWindow - startWindow < windows(options.minSpeechMs)) return null;
    return endWindow > startWindow ? range(startWindow, endWindow, { start: !isContinued, end: true }) : null;
  }

  /** Cuts what has become too long at the least likely window of its second half. */
  function split(): AudioRange | null {
    if (running === null) return null;
    const { startWindow, isContinued, silentFrom, probabilities } = running;
    const from = Math.floor(probabilities.length / 2);
    const cut = from + indexOfSmallest(probabilities.slice(from));
    const cutWindow = startWindow + cut;
    running = {
      startWindow: cutWindow,
      isContinued: true,
      silentFrom: silentFrom === null ? null : Math.max(silentFrom, cutWindow),
      probabilities: probabilities.slice(cut),
    };
    return range(startWindow, cutWindow, { start: !isContinued, end: false });
  }

  return {
    push(probability) {
      const window = count++;
      if (running === null) {
        if (probability < options.startProbability) return null;
        running = { startWindow: window, isContinued: false, silentFrom: null, probabilities: [] };
      }
      running.probabilities.push(probability);
      if (probability >= options.startProbability) running.silentFrom = null;
      else if (probability < options.endProbability) running.silentFrom ??= window;
      if (running.silentFrom !== null && count - running.silentFrom >= windows(options.minSilenceMs)) return close(running.silentFrom);
      return running.probabilities.length >= maxWindows ? split() : null;
    },
    finish(totalSamples) {
      const last = close(running?.silentFrom ?? count);
      return last === null ? null : { ...last, endSample: Math.min(last.endSample, totalSamples) };
    },
    neededFromSample: () => Math.max(lastEnd, (running?.startWindow ?? count) * windowSamples - padding),
  };
}

function indexOfSmallest(values: readonly number[]): number {
  let best = 0;
  values.forEach((value, index) => {
    if (value < (values[best] ?? 0)) best = index;
  });
  return best;
}
