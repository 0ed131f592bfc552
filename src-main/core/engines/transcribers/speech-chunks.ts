import type { AudioRange } from './speech-activity.ts';
import { samplesOf } from '#core/media/audio-samples.ts';

/** What a speech model transcribes in one go: `[startSample, endSample)` with the speech inside it. */
export interface SpeechChunk extends AudioRange {
  readonly speech: readonly AudioRange[];
}

/** Whisper takes 30 seconds at a time and takes as long for three: speech with short pauses goes together, as in WhisperX (Bain et al. 2023). */
const MAX_CHUNK_SAMPLES = samplesOf(30_000);
/** Across a longer pause words lose their place, and the next voice may be another. */
const MAX_PAUSE_SAMPLES = samplesOf(2_000);

export interface ChunkPacker {
  /** Takes the next range of speech; returns the chunk that it no longer fits into, if any. */
  push(range: AudioRange): SpeechChunk | null;
  /** Notes how far the audio is known to have no further speech; returns a chunk that nothing can join any more. */
  advance(silentUntilSample: number): SpeechChunk | null;
  finish(): SpeechChunk | null;
  /** First sample of the chunk that is being filled; null when there is none. */
  startSample(): number | null;
}

export function createChunkPacker(): ChunkPacker {
  let ranges: AudioRange[] = [];

  function take(): SpeechChunk | null {
    const [first] = ranges;
    const last = ranges.at(-1);
    if (first === undefined || last === undefined) return null;
    const chunk = { startSample: first.startSample, endSample: last.endSample, speech: ranges };
    ranges = [];
    return chunk;
  }

  return {
    push(range) {
      const [first] = ranges;
      const last = ranges.at(-1);
      const fits =
        first !== undefined &&
        last !== undefined &&
        range.endSample - first.startSample <= MAX_CHUNK_SAMPLES &&
        range.startSample - last.endSample <= MAX_PAUSE_SAMPLES;
      const full = fits ? null : take();
      ranges.push(range);
      return full;
    },
    advance(silentUntilSample) {
      const last = ranges.at(-1);
      return last !== undefined && silentUntilSample - last.endSample > MAX_PAUSE_SAMPLES ? take() : null;
    },
    finish: take,
    startSample: () => ranges[0]?.startSample ?? null,
  };
}
