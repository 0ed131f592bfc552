import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { WhisperSpec } from '#core/engines/worker-contract.ts';
import { SAMPLE_RATE_HZ } from '#core/media/audio-samples.ts';

/** A Whisper of random weights, made by `models/tiny/make_tiny_whisper.py`, with what PyTorch transcribes from computed audio beside it. */
export const tinyWhisperFolder = path.resolve(import.meta.dirname, '../../../fixtures/models/whisper');

export const tinyWhisperSpec: WhisperSpec = { modelId: 'whisper-tiny-random', folder: tinyWhisperFolder, threads: 1, device: 'cpu' };

const Reference = z.object({
  seconds: z.int(),
  cases: z.array(
    z.object({
      tokens: z.array(z.int()),
      timesS: z.array(z.number()),
      languages: z.record(z.string(), z.number()),
      noSpeechProbability: z.number(),
      meanLogProb: z.number(),
    }),
  ),
});

export const whisperReference = Reference.parse(JSON.parse(readFileSync(path.join(tinyWhisperFolder, 'reference.json'), 'utf8')));

/** `audio` of tiny_whisper.py: two tones that come and go. */
export function computedAudio(index: number): Float32Array {
  const saw = (at: number, period: number): number => (at % period) / period - 0.5;
  return Float32Array.from({ length: SAMPLE_RATE_HZ * whisperReference.seconds }, (_, at) => {
    const loudness = (Math.floor(at / (1600 + 400 * index)) % 4) / 3;
    return (saw(at, 40 + 23 * index) + saw(at, 97 + 10 * index)) * loudness * 0.5;
  });
}
