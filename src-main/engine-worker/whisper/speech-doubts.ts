import { deflateSync } from 'node:zlib';

/**
 * When Whisper's words are not to be believed, by the thresholds of its paper (Radford et al. 2022, arXiv:2212.04356, section 4.5) and of
 * OpenAI's code: a text that compresses too well repeats itself, one that the model gave little probability is a guess, and both call for
 * another try at a higher temperature.
 */
const MAX_COMPRESSION_RATIO = 2.4;
const MIN_MEAN_LOG_PROB = -1;
const MIN_NO_SPEECH_PROBABILITY = 0.6;
export const TEMPERATURES = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

export interface TranscribedText {
  readonly text: string;
  readonly meanLogProb: number;
}

/** Bytes of the text over bytes of it compressed; loops reach far above 2.4, plain speech stays below 2. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length === 0 ? 0 : bytes.length / deflateSync(bytes).length;
}

export function repeatsItself({ text }: Pick<TranscribedText, 'text'>): boolean {
  return compressionRatio(text) > MAX_COMPRESSION_RATIO;
}

/** Nobody spoke: the model says so, and was unsure of what it wrote. */
export function isSilence({ meanLogProb }: TranscribedText, noSpeechProbability: number): boolean {
  return noSpeechProbability > MIN_NO_SPEECH_PROBABILITY && meanLogProb < MIN_MEAN_LOG_PROB;
}

export function needsAnotherTry(attempt: TranscribedText, noSpeechProbability: number): boolean {
  if (isSilence(attempt, noSpeechProbability)) return false;
  return repeatsItself(attempt) || attempt.meanLogProb < MIN_MEAN_LOG_PROB;
}
