import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWaveform } from '#core/media/waveform.ts';
import type { FrameSize } from '#core/media/pictures.ts';
import { packedFrames, type ProbedVideo, testFfmpeg } from './media-files.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

const PEAKS_PER_S = 50;

/** Seconds at which audio begins after silence, from the first frame on, as the studio hears it. */
export async function beginnings(video: ProbedVideo): Promise<number[]> {
  const peaks = (await makeWaveform({ ffmpeg: testFfmpeg(), ...video, signal: new AbortController().signal })) ?? [];
  return beginningsIn([...peaks].map((peak) => peak / 255));
}

/** `peaks`: 0..1 for each fiftieth of a second. */
function beginningsIn(peaks: readonly number[]): number[] {
  return peaks.flatMap((peak, index) =>
    peak > 0.08 && peaks.slice(Math.max(0, index - 10), index).every((before) => before <= 0.08) ? [index / PEAKS_PER_S] : [],
  );
}

const RATE = 8000;

/** All frames of a file with pictures and audio, and when audio begins after silence, in seconds from the first frame on. */
export interface Played {
  readonly frames: readonly Buffer[];
  readonly beginnings: readonly number[];
}

/** What a player makes of each of the files. */
export async function playEach(paths: readonly string[], size: FrameSize, dir: string): Promise<Played[]> {
  const files = paths.map((_, index) => ({
    frames: join(dir, `played-${index}-frames.raw`),
    audio: join(dir, `played-${index}-audio.raw`),
  }));
  const outputs = files.flatMap(({ frames, audio }, index) => {
    const shown = `showinfo@${index},scale=${size.width}:${size.height}:flags=bilinear`;
    const pictures = ['-map', `${index}:v:0`, '-fps_mode', 'passthrough', '-vf', shown, '-pix_fmt', 'rgb24', '-f', 'rawvideo', frames];
    // Silence is put before audio that begins late.
    const heard = ['-map', `${index}:a:0`, '-af', 'aresample=async=1:first_pts=0', '-ac', '1', '-ar', String(RATE), '-f', 's16le', audio];
    return [...pictures, ...heard];
  });
  const said = await runFfmpeg(['-v', 'info', '-nostats', '-copyts', ...paths.flatMap((path) => ['-i', path]), ...outputs]);
  return Promise.all(
    files.map(async ({ frames, audio }, index) => {
      const startS = Number(new RegExp(`showinfo@${index} .*pts_time:\\s*([-\\d.]+)`, 'u').exec(said)?.[1]);
      const heard = beginningsIn(peaksIn(await readFile(audio)));
      return { frames: packedFrames(await readFile(frames), size), beginnings: heard.map((second) => second - startS) };
    }),
  );
}

function peaksIn(bytes: Buffer): number[] {
  const samples = Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
  const length = RATE / PEAKS_PER_S;
  return Array.from({ length: Math.ceil(samples.length / length) }, (_, index) =>
    samples.subarray(index * length, (index + 1) * length).reduce((peak, sample) => Math.max(peak, Math.abs(sample) / 32768), 0),
  );
}
