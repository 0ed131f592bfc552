import { SAMPLE_RATE_HZ, type AudioBlock } from './audio-samples.ts';
import { readPlacedAudio, type PlacedAudioRequest } from './placed-audio.ts';

/** Ten seconds. */
const BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ;

export interface ReadAudioRequest extends Omit<PlacedAudioRequest, 'fromUs' | 'untilUs' | 'channels' | 'sampleRateHz' | 'blockSamples'> {
  /** Where to begin, microseconds from the first picture; default 0. */
  readonly fromUs?: number;
}

/**
 * One audio track as mono float samples of 16 kHz, the first at `fromUs`, whenever the track itself begins (silence until then).
 * ffmpeg waits while the consumer works, so memory stays at two blocks however long the video is. Leaving the loop ends ffmpeg.
 * Throws as `readPlacedAudio`.
 */
export async function* readAudio({ fromUs = 0, ...request }: ReadAudioRequest): AsyncGenerator<AudioBlock, void, undefined> {
  for await (const samples of readPlacedAudio({
    ...request,
    fromUs,
    channels: 1,
    sampleRateHz: SAMPLE_RATE_HZ,
    blockSamples: BLOCK_SAMPLES,
  }))
    yield { samples };
}
