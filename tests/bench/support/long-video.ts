import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { type Part, pictureGraph, truthOf } from '../../helpers/golden-videos.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { landscape, type SceneFormat } from '../../helpers/golden-scenes.ts';
import { cacheDir } from './paths.ts';

/** Seconds of each shot; together they make the video that is repeated. */
const SHOT_SECONDS = [18, 25, 14, 22, 31, 10];
const REEL_SECONDS = SHOT_SECONDS.reduce((sum, seconds) => sum + seconds, 0);

export interface LongVideo {
  readonly path: string;
  readonly hours: number;
  readonly frameCount: number;
  readonly shotCount: number;
}

/** Two minutes of 320×180 encoded once, then repeated to the length by copying its packets: a long video for next to nothing. */
export async function longVideo(hours: number, rate: number): Promise<LongVideo> {
  const dir = path.join(cacheDir, 'long');
  await mkdir(dir, { recursive: true });
  const repeats = Math.round((hours * 3600) / REEL_SECONDS);
  const file = path.join(dir, `${hours}h-${rate}fps.mp4`);
  if (!existsSync(file)) {
    const reel = await makeReel(dir, rate);
    await runFfmpeg(['-stream_loop', String(repeats - 1), '-i', reel, '-c', 'copy', `${file}.making.mp4`]);
    await rename(`${file}.making.mp4`, file);
  }
  return {
    path: file,
    hours: (repeats * REEL_SECONDS) / 3600,
    frameCount: repeats * REEL_SECONDS * rate,
    shotCount: repeats * SHOT_SECONDS.length,
  };
}

async function makeReel(dir: string, rate: number): Promise<string> {
  const format: SceneFormat = { width: 320, height: 180, rate };
  const tints = ['0x3a6ea5', '0x556b2f', '0xa0522d', '0x8090a0', '0xd8c8a0', '0x203040'];
  const parts: Part[] = SHOT_SECONDS.map((seconds, index) => ({
    scene: landscape({ seed: 20 + index, tint: tints[index] ?? 'gray', panX: 1 }),
    frames: seconds * rate,
    join: { kind: 'cut' },
  }));
  const { frameCount } = truthOf(parts);
  const reel = path.join(dir, `reel-${rate}fps.mp4`);
  await runFfmpeg([
    '-f',
    'lavfi',
    '-i',
    `sine=frequency=330:duration=${frameCount / rate}`,
    '-filter_complex',
    pictureGraph(parts, format),
    '-map',
    '[v]',
    '-map',
    '0:a',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-g',
    String(rate * 4),
    '-c:a',
    'aac',
    '-b:a',
    '32k',
    reel,
  ]);
  return reel;
}
