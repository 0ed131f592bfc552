import type { VideoProbe } from '#shared/domain/video.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { requireSuccess } from './media-errors.ts';
import { readBlocks } from './tool-process.ts';

export const PEAKS_PER_SECOND = 50;

const SAMPLE_RATE_HZ = 8000;
const SAMPLES_PER_PEAK = SAMPLE_RATE_HZ / PEAKS_PER_SECOND;
const BYTES_PER_SAMPLE = 2;
const PEAKS_PER_BLOCK = 500;

export interface WaveformRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly probe: Pick<VideoProbe, 'audioTracks' | 'startUs' | 'durationUs'>;
  readonly signal: AbortSignal;
  /** 0..1 */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Loudness of the first audio track for drawing: one byte per 1/50 s, the largest absolute sample in it, 255 = full scale. Entry 0 begins with
 * the first picture, whenever the sound itself begins; there are as many as the pictures last, or fewer where the sound ends earlier.
 * Null: no sound. Throws `media-corrupt` when the sound cannot be decoded, `tool-missing`, `cancelled`.
 */
export async function makeWaveform({ ffmpeg, path, probe, signal, onProgress }: WaveformRequest): Promise<Uint8Array | null> {
  if (probe.audioTracks.length === 0) return null;
  const peaks = new Uint8Array(Math.ceil((probe.durationUs * PEAKS_PER_SECOND) / 1e6));
  // Cut to, or padded with silence from, the time of the first picture; async fills gaps in the sound.
  const start = (probe.startUs / 1e6).toFixed(6);
  const filter = `atrim=start=${start},asetpts=PTS-(${start})/TB,aresample=${SAMPLE_RATE_HZ}:async=1:first_pts=0`;
  const args = ['-map', '0:a:0', '-af', filter, '-ac', '1', '-ar', String(SAMPLE_RATE_HZ), '-f', 's16le', 'pipe:1'];
  const tool = await ffmpeg.stream({ input: { path, options: ['-copyts'] }, args, signal });
  let count = 0;
  for await (const block of readBlocks(tool, PEAKS_PER_BLOCK * SAMPLES_PER_PEAK * BYTES_PER_SAMPLE)) {
    const samples = new Int16Array(block.buffer, block.byteOffset, Math.floor(block.length / BYTES_PER_SAMPLE));
    for (let at = 0; at < samples.length && count < peaks.length; at += SAMPLES_PER_PEAK)
      peaks[count++] = peakOf(samples.subarray(at, at + SAMPLES_PER_PEAK));
    onProgress?.(count / peaks.length);
    if (count === peaks.length) break;
  }
  if (count < peaks.length) requireSuccess(await tool.exited, path, 'has sound that cannot be decoded');
  return peaks.slice(0, count);
}

function peakOf(samples: Int16Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return Math.round((peak * 255) / 32768);
}
