import { makeWaveform } from '#core/media/waveform.ts';
import { type ProbedVideo, testFfmpeg } from './media-files.ts';

/** Seconds at which audio begins after silence. */
export async function beginnings(video: ProbedVideo): Promise<number[]> {
  const peaks = [...((await makeWaveform({ ffmpeg: testFfmpeg(), ...video, signal: new AbortController().signal })) ?? [])];
  return peaks.flatMap((peak, index) =>
    peak > 20 && peaks.slice(Math.max(0, index - 10), index).every((before) => before <= 20) ? [index / 50] : [],
  );
}
