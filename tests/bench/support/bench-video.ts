import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GoldenTransition, type Join, type Part, pictureGraph, truthOf } from '../../helpers/golden-videos.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { colourField, landscape, type Scene, type SceneFormat, testCard, withFlashes } from '../../helpers/golden-scenes.ts';
import { cacheDir, repository } from './paths.ts';

/** The video that speed is measured on, and what is true of it. */
export interface BenchVideo {
  readonly path: string;
  readonly frameCount: number;
  readonly rate: number;
  readonly cuts: readonly number[];
  readonly transitions: readonly GoldenTransition[];
}

const FORMAT: SceneFormat = { width: 1920, height: 1080, rate: 25 };
/** Parts are encoded alone and put together without encoding again: a graph of all shots would hold every picture at once. */
const PARTS = 8;
const SHOTS_PER_PART = 10;
const SHOT_FRAMES = [110, 62, 150, 48, 95, 130, 75, 105, 56, 138];
/** High profile, a key frame at least every two seconds, B-frames, about 8 Mbit/s: as cameras and video sites write 1080p. */
const ENCODER = [
  '-c:v',
  'libx264',
  '-preset',
  'superfast',
  '-profile:v',
  'high',
  '-bf',
  '3',
  '-g',
  '50',
  '-b:v',
  '8M',
  '-maxrate',
  '12M',
  '-bufsize',
  '16M',
];

const PHOTOGRAPHS = join('resources', 'sample', 'pictures');

export const BENCH_VIDEO_NOTE =
  '1920×1080, 25 fps, H.264 High 8 Mbit/s, GOP ≤ 50, 3 B-frames: photographs and painted landscapes under a moving camera with film grain, ' +
  'a test card, soft colours, fast pans, a shaking camera, flashes; hard cuts, dissolves and fades';

/** Makes the video when it is not there yet (some minutes). */
export async function benchVideo(log: (line: string) => void): Promise<BenchVideo> {
  const dir = join(cacheDir, 'video');
  const path = join(dir, 'bench-1080p.mp4');
  const parts = await videoParts();
  const truths = parts.map((part) => truthOf(part));
  if (!existsSync(path)) await makeVideo(parts, { dir, path, log });
  const starts = truths.map((_, index) => truths.slice(0, index).reduce((sum, { frameCount }) => sum + frameCount, 0));
  return {
    path,
    rate: FORMAT.rate,
    frameCount: truths.reduce((sum, { frameCount }) => sum + frameCount, 0),
    // Parts meet at hard cuts.
    cuts: truths.flatMap(({ cuts }, index) => [
      ...(index === 0 ? [] : [starts[index] ?? 0]),
      ...cuts.map((cut) => cut + (starts[index] ?? 0)),
    ]),
    transitions: truths.flatMap(({ transitions }, index) => transitions.map((transition) => shifted(transition, starts[index] ?? 0))),
  };
}

function shifted({ kind, startFrame, endFrame }: GoldenTransition, by: number): GoldenTransition {
  return { kind, startFrame: startFrame + by, endFrame: endFrame + by };
}

async function makeVideo(
  parts: readonly (readonly Part[])[],
  { dir, path, log }: { dir: string; path: string; log: (line: string) => void },
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const files: string[] = [];
  for (const [index, part] of parts.entries()) {
    log(`Making the video, part ${index + 1} of ${parts.length}`);
    const file = join(dir, `part-${index}.mp4`);
    files.push(file);
    if (existsSync(file)) continue;
    await runFfmpeg(['-filter_complex', pictureGraph(part, FORMAT), '-map', '[v]', ...ENCODER, `${file}.making.mp4`]);
    await rename(`${file}.making.mp4`, file);
  }
  const list = join(dir, 'parts.txt');
  await writeFile(list, files.map((file) => `file '${file.replaceAll("'", String.raw`'\''`)}'\n`).join(''));
  await runFfmpeg(['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', `${path}.making.mp4`]);
  await rename(`${path}.making.mp4`, path);
}

async function videoParts(): Promise<Part[][]> {
  const photographs = (await readdir(join(repository, PHOTOGRAPHS))).filter((name) => name.endsWith('.jpg')).sort();
  return Array.from({ length: PARTS }, (_, part) =>
    Array.from({ length: SHOTS_PER_PART }, (__, index) => {
      const shot = part * SHOTS_PER_PART + index;
      return { scene: sceneOf(shot, photographs), frames: SHOT_FRAMES[(index + part) % SHOT_FRAMES.length] ?? 100, join: joinOf(shot) };
    }),
  );
}

/** Mostly cuts, as in edited videos. */
function joinOf(shot: number): Join {
  if (shot % 10 === 4) return { kind: 'dissolve', frames: 12 + ((shot * 7) % 14) };
  if (shot % 10 === 8) return { kind: 'fade', frames: 24 + ((shot * 5) % 16) };
  return { kind: 'cut' };
}

function sceneOf(shot: number, photographs: readonly string[]): Scene {
  const tint = `0x${((shot * 0x35a7c1 + 0x405060) & 0xffffff).toString(16).padStart(6, '0')}`;
  switch (shot % 10) {
    case 1:
      return grainy(landscape({ seed: shot, tint, panX: 40 }));
    case 3:
      return grainy(withFlashes(landscape({ seed: shot, tint, panX: 5 }), [{ frame: 20, frames: 2 }]));
    case 5:
      return grainy(landscape({ seed: shot, tint, panX: 8, shake: 30 }));
    case 7:
      return shot % 20 === 7 ? testCard() : grainy(colourField('0x406080', tint, '0x80b090'));
    default:
      return grainy(photograph(photographs[(shot * 3) % photographs.length] ?? '', shot));
  }
}

/** A photograph under a camera that moves slowly. */
function photograph(name: string, shot: number): Scene {
  return ({ width, height, rate }, label) => {
    const wide = `scale=${Math.round(width * 1.4)}:${Math.round(height * 1.4)}:flags=bicubic`;
    const [toX, toY] = [shot % 2 === 0 ? 'n*2' : `${width * 0.4}-n*2`, shot % 3 === 0 ? 'n*0.7' : `${height * 0.4}-n*0.7`];
    return `movie=${PHOTOGRAPHS}/${name},${wide},format=yuv420p,loop=loop=-1:size=1:start=0,setpts=N/${rate}/TB,crop=${width}:${height}:'${toX}':'${toY}'[${label}]`;
  };
}

/** Film grain, other on every frame: what makes compressed videos as large as they are. */
function grainy(scene: Scene): Scene {
  return (format, label) => `${scene(format, `${label}clean`)};[${label}clean]format=yuv420p,noise=alls=9:allf=t[${label}]`;
}
