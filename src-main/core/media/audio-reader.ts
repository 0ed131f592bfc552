import { SAMPLE_RATE_HZ, type SoundBlock } from './audio-samples.ts';
import { readPlacedSound, type PlacedSoundRequest } from './placed-audio.ts';

/** Ten seconds. */
const BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ;

export interface ReadSoundRequest extends Omit<PlacedSoundRequest, 'fromUs' | 'untilUs' | 'channels' | 'sampleRateHz' | 'blockSamples'> {
  /** Where to begin, microseconds from the first picture; default 0. */
  readonly fromUs?: number;
}

/**
 * Sound of one audio track as mono float samples of 16 kHz, the first at `fromUs`, whenever the track itself begins (silence until then).
 * ffmpeg waits while the consumer works, so memory stays at two blocks however long the video is. Leaving the loop ends ffmpeg.
 * Throws as `readPlacedSound`.
 */
export async function* readSound({ fromUs = 0, ...request }: ReadSoundRequest): AsyncGenerator<SoundBlock, void, undefined> {
  for await (const samples of readPlacedSound({
    ...request,
    fromUs,
    channels: 1,
    sampleRateHz: SAMPLE_RATE_HZ,
    blockSamples: BLOCK_SAMPLES,
  }))
    yield { samples };
}
