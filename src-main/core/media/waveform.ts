import { preferredTrack, type VideoProbe } from '#shared/domain/video.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { readPlacedAudio } from './placed-audio.ts';
import { type AudioFindings, audioFindingNotes } from './audio-findings.ts';

export const PEAKS_PER_SECOND = 50;

const SAMPLE_RATE_HZ = 8000;
const SAMPLES_PER_PEAK = SAMPLE_RATE_HZ / PEAKS_PER_SECOND;
const PEAKS_PER_BLOCK = 500;

export interface WaveformRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly probe: Pick<VideoProbe, 'audioTracks' | 'startUs' | 'durationUs' | 'stream'>;
  readonly signal: AbortSignal;
  /** 0..1 */
  readonly onProgress?: (fraction: number) => void;
  /** What a person should know of the audio. */
  readonly onNotes?: (notes: readonly string[]) => void;
}

/**
 * Loudness of the audio track that players choose, for drawing: one byte per 1/50 s, the largest absolute sample in it, 255 = full scale. Entry 0 begins with
 * the first picture, whenever the audio itself begins; there are as many as the pictures last, or fewer where the audio ends earlier.
 * Null: no audio that can be placed. Throws `media-corrupt` when the audio cannot be decoded, `tool-missing`, `cancelled`.
 */
export async function makeWaveform({ ffmpeg, path, probe, signal, onProgress, onNotes }: WaveformRequest): Promise<Uint8Array | null> {
  const track = probe.stream?.clock === 'none' ? null : preferredTrack(probe.audioTracks);
  if (track === null) return null;
  const peaks = new Uint8Array(Math.ceil((probe.durationUs * PEAKS_PER_SECOND) / 1e6));
  const blockSamples = PEAKS_PER_BLOCK * SAMPLES_PER_PEAK;
  let count = 0;
  const onFindings = (findings: AudioFindings): void => onNotes?.(audioFindingNotes(findings, track));
  for await (const samples of readPlacedAudio({
    ffmpeg,
    path,
    probe,
    track,
    sampleRateHz: SAMPLE_RATE_HZ,
    channels: 1,
    fromUs: 0,
    untilUs: probe.durationUs,
    blockSamples,
    signal,
    onFindings,
  })) {
    for (let at = 0; at < samples.length && count < peaks.length; at += SAMPLES_PER_PEAK)
      peaks[count++] = peakOf(samples.subarray(at, at + SAMPLES_PER_PEAK));
    onProgress?.(count / peaks.length);
  }
  return peaks.slice(0, count);
}

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return Math.round(Math.min(1, peak) * 255);
}
