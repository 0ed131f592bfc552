import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rational } from '#shared/domain/time.ts';
import { colourField, fractal, landscape, testCard, withFlashes, type Scene, type SceneFormat } from './golden-scenes.ts';
import { makeOnce } from './run-ffmpeg.ts';

/** A gradual transition: the frames in `[startFrame, endFrame)` show neither shot alone; the new shot is said to begin in its middle. */
export interface GoldenTransition {
  readonly kind: 'dissolve' | 'fade';
  readonly startFrame: number;
  readonly endFrame: number;
}

export interface GoldenVideo {
  readonly path: string;
  readonly frameCount: number;
  /** Rate at which it was made; of `variable-rate`, the rate of its densest part. */
  readonly rate: Rational;
  /** Stored size in pixels, before rotation. */
  readonly width: number;
  readonly height: number;
  /** First frames of new shots after a hard cut. */
  readonly cuts: readonly number[];
  readonly transitions: readonly GoldenTransition[];
  /** Microseconds at which each frame begins; only where the rate varies. */
  readonly ptsUs?: readonly number[];
}

/**
 * `hard-cuts`: twelve shots. `three-shots`: three, for what is not about cuts. `dissolves` and `fades`: four gradual transitions and two cuts each. `flashes`: one- and two-frame
 * flashes inside shots. `fast-motion`: quick pans and a shaking camera. `variable-rate`: 25, then 12.5, then 25 frames a second
 * by their times. `odd-size`: 321×239. `rotated`: stored lying, marked to be turned by 90° clockwise. `no-audio`: no audio stream.
 * `two-audio-tracks`: English and German. `no-duration`: a WebM that states neither duration nor frame count.
 */
export type GoldenKind =
  | 'hard-cuts'
  | 'three-shots'
  | 'dissolves'
  | 'fades'
  | 'flashes'
  | 'fast-motion'
  | 'variable-rate'
  | 'odd-size'
  | 'rotated'
  | 'no-audio'
  | 'two-audio-tracks'
  | 'no-duration';

export type Join = { readonly kind: 'cut' } | { readonly kind: 'dissolve' | 'fade'; readonly frames: number };

/** One shot: its scene, the frames that show it alone, and how it is joined to the shot before it. */
export interface Part {
  readonly scene: Scene;
  readonly frames: number;
  readonly join?: Join;
}

interface Recipe {
  readonly parts: readonly Part[];
  readonly format?: Partial<SceneFormat>;
  readonly audio?: 'none' | 'one' | 'two';
  readonly file?: 'mp4' | 'webm';
}

const DEFAULT_FORMAT: SceneFormat = { width: 320, height: 180, rate: 25 };
const CUT: Join = { kind: 'cut' };

const SCENES: readonly Scene[] = [
  landscape({ seed: 1, tint: '0x3a6ea5' }),
  landscape({ seed: 2, tint: '0x556b2f', panX: 2 }),
  fractal(0, 'valley'),
  landscape({ seed: 3, tint: '0xa0522d' }),
  testCard(),
  landscape({ seed: 4, tint: '0xd8c8a0', panX: 3 }),
  colourField('0x406080', '0xc0a070', '0x80b090'),
  fractal(120, 'needle'),
  landscape({ seed: 5, tint: '0x203040' }),
  landscape({ seed: 6, tint: '0x8090a0', panX: 2 }),
  fractal(200, 'valley'),
  landscape({ seed: 7, tint: '0x705080' }),
];

const HARD_CUT_FRAMES = [40, 25, 60, 18, 33, 50, 30, 22, 45, 28, 37, 41];

function parts(frames: readonly number[], joins: readonly Join[] = [], firstScene = 0): Part[] {
  return frames.map((count, index) => ({
    scene: SCENES[(firstScene + index) % SCENES.length] ?? testCard(),
    frames: count,
    join: joins[index] ?? CUT,
  }));
}

const gradual = (kind: 'dissolve' | 'fade', lengths: readonly [number, number, number, number]): Join[] => [
  CUT,
  { kind, frames: lengths[0] },
  CUT,
  { kind, frames: lengths[1] },
  { kind, frames: lengths[2] },
  CUT,
  { kind, frames: lengths[3] },
];

const SIMPLE: Recipe = { parts: parts([40, 35, 25]) };

const RECIPES: Record<GoldenKind, Recipe> = {
  'hard-cuts': { parts: parts(HARD_CUT_FRAMES) },
  'three-shots': SIMPLE,
  dissolves: { parts: parts([45, 40, 30, 45, 40, 35, 40], gradual('dissolve', [12, 20, 30, 15]), 3) },
  fades: { parts: parts([45, 40, 30, 45, 40, 35, 40], gradual('fade', [20, 30, 40, 24])) },
  flashes: {
    parts: [
      {
        scene: withFlashes(landscape({ seed: 8, tint: '0x304050' }), [
          { frame: 20, frames: 1 },
          { frame: 47, frames: 2 },
        ]),
        frames: 70,
      },
      {
        scene: withFlashes(fractal(60, 'needle'), [
          { frame: 15, frames: 2 },
          { frame: 40, frames: 1 },
          { frame: 44, frames: 1 },
        ]),
        frames: 60,
      },
      { scene: withFlashes(landscape({ seed: 9, tint: '0x806040', panX: 2 }), [{ frame: 30, frames: 2 }]), frames: 60 },
    ],
  },
  'fast-motion': {
    parts: [
      { scene: landscape({ seed: 10, tint: '0x407050', panX: 22 }), frames: 70 },
      { scene: landscape({ seed: 11, tint: '0x906050', panX: 3, shake: 14 }), frames: 60 },
      { scene: landscape({ seed: 12, tint: '0x506090', panX: 35 }), frames: 70 },
    ],
  },
  'variable-rate': { parts: parts([50, 60, 40, 50], [], 1) },
  'odd-size': { ...SIMPLE, format: { width: 321, height: 239 }, file: 'webm' },
  rotated: SIMPLE,
  'no-audio': { ...SIMPLE, audio: 'none' },
  'two-audio-tracks': { ...SIMPLE, audio: 'two' },
  'no-duration': { ...SIMPLE, file: 'webm' },
};

/** Makes the video in `dir` (which must exist) within a second or two, and returns what is true of it. */
export async function makeGoldenVideo(kind: GoldenKind, dir: string): Promise<GoldenVideo> {
  const recipe = RECIPES[kind];
  const format = { ...DEFAULT_FORMAT, ...recipe.format };
  const path = join(dir, `${kind}.${recipe.file ?? 'mp4'}`);
  const video = { path, ...truthOf(recipe.parts), rate: { num: format.rate, den: 1 }, width: format.width, height: format.height };
  if (kind === 'variable-rate') return makeVariableRate(recipe, format, video);
  await makeOnce(encodeArgs(recipe, { format, path, isStream: kind === 'no-duration' }));
  if (kind === 'rotated') await turnPicture(path);
  return video;
}

export function truthOf(list: readonly Part[]): Pick<GoldenVideo, 'frameCount' | 'cuts' | 'transitions'> {
  const cuts: number[] = [];
  const transitions: GoldenTransition[] = [];
  let frame = 0;
  for (const [index, { frames, join: into = CUT }] of list.entries()) {
    if (index > 0 && into.kind === 'cut') cuts.push(frame);
    if (into.kind !== 'cut') {
      transitions.push({ kind: into.kind, startFrame: frame, endFrame: frame + into.frames });
      frame += into.frames;
    }
    frame += frames;
  }
  return { frameCount: frame, cuts, transitions };
}

/** One filter graph for all parts: each shot's own frames, and between two shots the mixed ones, all put end to end. */
export function pictureGraph(list: readonly Part[], format: SceneFormat): string {
  const chains: string[] = [];
  const pieces: string[] = [];
  const take = (scene: Scene, fromFrame: number, frames: number): string => {
    const label = `p${chains.length}`;
    const trim = `trim=start_frame=${fromFrame}:end_frame=${fromFrame + frames},setpts=N/${format.rate}/TB,setsar=1`;
    chains.push(`${scene(format, `${label}s`)};[${label}s]${trim}[${label}]`);
    return label;
  };
  let shown = 0;
  for (const [index, part] of list.entries()) {
    const into = part.join ?? CUT;
    const before = list[index - 1];
    const lead = into.kind === 'cut' ? 0 : into.frames;
    if (before !== undefined && into.kind !== 'cut') {
      // The old shot goes on through the transition, and the new one starts in it: both move while they mix.
      const [from, to] = [take(before.scene, shown, lead), take(part.scene, 0, lead)];
      chains.push(into.kind === 'dissolve' ? dissolve(from, to, lead) : fadeThroughBlack(from, to, lead));
      pieces.push(`${from}mix`);
    }
    pieces.push(take(part.scene, lead, part.frames));
    shown = lead + part.frames;
  }
  return `${chains.join(';')};${pieces.map((label) => `[${label}]`).join('')}concat=n=${pieces.length}:v=1:a=0,setpts=N/${format.rate}/TB,format=yuv420p[v]`;
}

function dissolve(from: string, to: string, frames: number): string {
  return `[${from}][${to}]blend=all_expr='A+(B-A)*(N+1)/${frames + 1}'[${from}mix]`;
}

/** Down to black over two fifths of the frames, black for a fifth, and up again. */
function fadeThroughBlack(from: string, to: string, frames: number): string {
  const slope = Math.round(frames * 0.4);
  const out = `[${from}]fade=t=out:start_frame=0:nb_frames=${slope}[${from}out]`;
  const into = `[${to}]fade=t=in:start_frame=${frames - slope}:nb_frames=${slope}[${to}in]`;
  const half = Math.floor(frames / 2);
  return `${out};${into};[${from}out]trim=end_frame=${half}[${from}a];[${to}in]trim=start_frame=${half},setpts=PTS-STARTPTS[${to}b];[${from}a][${to}b]concat=n=2[${from}mix]`;
}

interface EncodeTarget {
  readonly format: SceneFormat;
  readonly path: string;
  /** Written as to a pipe: the container cannot go back and fill in its duration. */
  readonly isStream: boolean;
}

function encodeArgs(recipe: Recipe, { format, path, isStream }: EncodeTarget, filter = ''): string[] {
  const seconds = truthOf(recipe.parts).frameCount / format.rate;
  const tones = recipe.audio === 'none' ? [] : recipe.audio === 'two' ? [440, 660] : [440];
  const isWebm = path.endsWith('.webm');
  const picture = isWebm
    ? ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1500k']
    : ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-movflags', '+faststart'];
  return [
    ...tones.flatMap((hz) => ['-f', 'lavfi', '-i', `sine=frequency=${hz}:beep_factor=4:sample_rate=44100:duration=${seconds}`]),
    '-filter_complex',
    `${pictureGraph(recipe.parts, format)}${filter}`,
    '-map',
    filter === '' ? '[v]' : '[out]',
    ...tones.flatMap((_, index) => ['-map', `${index}:a`, `-metadata:s:a:${index}`, `language=${index === 0 ? 'eng' : 'deu'}`]),
    ...picture,
    ...(tones.length > 0 ? ['-c:a', isWebm ? 'libvorbis' : 'aac'] : []),
    ...(filter === '' ? [] : ['-fps_mode', 'vfr']),
    ...(isStream ? ['-live', '1'] : []),
    path,
  ];
}

/** Every second frame of the middle half is left out; the others keep their times. */
async function makeVariableRate(recipe: Recipe, format: SceneFormat, video: GoldenVideo): Promise<GoldenVideo> {
  const [from, to] = [Math.floor(video.frameCount * 0.25), Math.floor(video.frameCount * 0.75)];
  const isKept = (frame: number): boolean => frame < from || frame >= to || frame % 2 === 0;
  const kept = Array.from({ length: video.frameCount }, (_, frame) => frame).filter(isKept);
  const drop = `;[v]select='lt(n\\,${from})+gte(n\\,${to})+not(mod(n\\,2))'[out]`;
  await makeOnce(encodeArgs(recipe, { format, path: video.path, isStream: false }, drop));
  return {
    ...video,
    frameCount: kept.length,
    cuts: video.cuts.map((cut) => kept.findIndex((frame) => frame >= cut)),
    ptsUs: kept.map((frame) => (frame * 1e6) / format.rate),
  };
}

/**
 * Marks the MP4's picture as to be turned by 90° clockwise. The option that does so changed between versions of ffmpeg; the display
 * matrix of the track header (ISO/IEC 14496-12, 8.3.2) is in one place since ever.
 */
export async function turnPicture(path: string): Promise<void> {
  const header = (await readFile(path)).indexOf('tkhd', 0, 'latin1');
  if (header < 0) throw new Error(`${path} has no track header`);
  const matrix = Buffer.alloc(36);
  for (const [index, value] of [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000].entries()) matrix.writeInt32BE(value, index * 4);
  const file = await open(path, 'r+');
  try {
    await file.write(matrix, 0, matrix.length, header + 44);
  } finally {
    await file.close();
  }
}
