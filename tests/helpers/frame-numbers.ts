import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFramesAt } from '#core/media/frame-reader.ts';
import { readStill } from '#core/media/frame-still.ts';
import { BARRED_SIZE, numberIn } from './barred-video.ts';
import { decodeAll, decodeEach, type ProbedVideo, testFfmpeg } from './media-files.ts';

const { signal } = new AbortController();

/** From the first up to the one before the last. */
export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** Numbers that stand in these frames of a barred video, each read by a jump of its own. Files are written into `dir`. */
export async function stillNumbers(video: ProbedVideo, frames: readonly number[], dir: string): Promise<number[]> {
  for (const [index, frame] of frames.entries())
    await writeFile(join(dir, `still-${index}.jpg`), await readStill({ ffmpeg: testFfmpeg(), ...video, frame, maxWidth: 960, signal }));
  return (await decodeAll(join(dir, 'still-%d.jpg'), BARRED_SIZE, dir)).map(numberIn).slice(0, frames.length);
}

/** Numbers that stand in these frames of a barred video, read as a model is given them. */
export async function frameNumbers(video: ProbedVideo, frames: readonly number[]): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { data } of readFramesAt({ ffmpeg: testFfmpeg(), ...video, frames, size: BARRED_SIZE, signal }))
    numbers.push(numberIn(data));
  return numbers;
}

/** Numbers that stand in all frames of each of these barred videos. */
export async function numbersInEach(paths: readonly string[], dir: string): Promise<number[][]> {
  return (await decodeEach(paths, BARRED_SIZE, dir)).map((frames) => frames.map(numberIn));
}
