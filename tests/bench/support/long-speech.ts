import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { cacheDir, repository } from './paths.ts';

const REEL_SECONDS = 600;
/** Of the sample video, spread over its length with pauses between the sentences. */
const SPOKEN_SECONDS = 51;

export interface LongSpeech {
  readonly path: string;
  readonly hours: number;
  readonly spokenMinutes: number;
}

/** Ten minutes encoded once, the sample video's narration and then silence over a still picture, repeated to the length by copying packets. */
export async function longSpeech(hours: number): Promise<LongSpeech> {
  const dir = path.join(cacheDir, 'long');
  await mkdir(dir, { recursive: true });
  const repeats = Math.max(1, Math.round((hours * 3600) / REEL_SECONDS));
  const file = path.join(dir, `${repeats}-reels-speech.mp4`);
  if (!existsSync(file)) {
    const reel = path.join(dir, 'speech-reel.mp4');
    const sample = path.join(repository, 'resources', 'sample', 'sample-film.mp4');
    const picture = ['-f', 'lavfi', '-i', `color=gray:s=64x36:r=1:d=${REEL_SECONDS}`];
    const audio = ['-filter_complex', `[1:a]apad=whole_dur=${REEL_SECONDS}[a]`, '-map', '0:v', '-map', '[a]'];
    await runFfmpeg([
      ...picture,
      '-i',
      sample,
      ...audio,
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-b:a',
      '48k',
      '-t',
      String(REEL_SECONDS),
      reel,
    ]);
    await runFfmpeg(['-stream_loop', String(repeats - 1), '-i', reel, '-c', 'copy', `${file}.making.mp4`]);
    await rename(`${file}.making.mp4`, file);
  }
  return { path: file, hours: (repeats * REEL_SECONDS) / 3600, spokenMinutes: (repeats * SPOKEN_SECONDS) / 60 };
}
