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

/** What a player makes of a file with pictures and audio: all its frames, and when audio begins after silence, in seconds from the first frame on. */
export async function play(
  path: string,
  size: FrameSize,
  dir: string,
): Promise<{ readonly frames: readonly Buffer[]; readonly beginnings: readonly number[] }> {
  const raw = { frames: join(dir, 'played-frames.raw'), audio: join(dir, 'played-audio.raw') };
  const pictures = ['-vf', `showinfo,scale=${size.width}:${size.height}:flags=bilinear`, '-pix_fmt', 'rgb24', '-f', 'rawvideo', raw.frames];
  // Silence is put before audio that begins late.
  const audio = ['-af', 'aresample=async=1:first_pts=0', '-ac', '1', '-ar', String(RATE), '-f', 's16le', raw.audio];
  const said = await runFfmpeg([
    '-v',
    'info',
    '-nostats',
    '-copyts',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    ...pictures,
    '-map',
    '0:a:0',
    ...audio,
  ]);
  const startS = Number(/pts_time:\s*([-\d.]+)/.exec(said)?.[1]);
  const bytes = await readFile(raw.audio);
  const samples = Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
  const length = RATE / PEAKS_PER_S;
  const peaks = Array.from({ length: Math.ceil(samples.length / length) }, (_, index) =>
    samples.subarray(index * length, (index + 1) * length).reduce((peak, sample) => Math.max(peak, Math.abs(sample) / 32768), 0),
  );
  return { frames: packedFrames(await readFile(raw.frames), size), beginnings: beginningsIn(peaks).map((second) => second - startS) };
}
