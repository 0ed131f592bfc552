import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { scoreBoundaries, type TrueBoundary } from '#core/evaluation/shot-boundaries.ts';
import { type GoldenVideo, type GoldenKind, makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { runSceneDetect, runTorch } from './detect-contenders.ts';
import { cacheDir } from './paths.ts';
import type { PeerPython } from './python.ts';
import { table } from './rounds.ts';
import { detectCuts, type StudioDetector, withDetector } from './studio-detectors.ts';

const CLASSES: readonly GoldenKind[] = ['hard-cuts', 'dissolves', 'fades', 'flashes', 'fast-motion', 'variable-rate'];
/** Frames by which a boundary may lie outside its true extent, for everybody. */
const TOLERANCE_FRAMES = 1;

/** F1 of the studio's detectors and of their peers on one video per class, all by the same truth and tolerance, each with its own defaults. */
export async function compareAccuracy(python: PeerPython, threads: number): Promise<string> {
  const dir = path.join(cacheDir, 'golden');
  await mkdir(dir, { recursive: true });
  const videos: GoldenVideo[] = [];
  for (const kind of CLASSES) videos.push(await makeGoldenVideo(kind, dir));
  const paths = videos.map((video) => video.path);
  const sceneDetect = (await runSceneDetect(python, paths)).videos.map(({ boundariesS }, index) =>
    boundariesS.map((second) => frameAt(videos[index], second)),
  );
  const torch = (await runTorch(python, paths)).videos.map(({ boundaries }) => boundaries);
  const found: readonly (readonly [string, readonly (readonly number[])[]])[] = [
    ['adaptive', await studio('adaptive', threads, videos)],
    ['PySceneDetect', sceneDetect],
    ['transnet-v2', await studio('transnet-v2', threads, videos)],
    ['PyTorch', torch],
  ];
  const rows = videos.map((video, index) => [
    CLASSES[index] ?? '',
    String(truthOf(video).length),
    ...found.map(([, frames]) => cell(frames[index] ?? [], video)),
  ]);
  return [
    `F1 (right/found) at ±${TOLERANCE_FRAMES} frame, one video per class made by ffmpeg; a boundary anywhere in a gradual transition is right.`,
    '',
    table(['', 'boundaries', ...found.map(([name]) => name)], rows),
  ].join('\n');
}

function studio(id: StudioDetector, threads: number, videos: readonly GoldenVideo[]): Promise<number[][]> {
  return withDetector(id, threads, async (detector) => {
    const found: number[][] = [];
    for (const { path: video, rate, frameCount, ptsUs } of videos) {
      const clock = { rate, frameCount, ...(ptsUs === undefined ? {} : { ptsUs }) };
      found.push((await detectCuts(detector, video, clock)).map((cut) => cut.frame));
    }
    return found;
  });
}

function cell(found: readonly number[], video: GoldenVideo): string {
  const score = scoreBoundaries(found, truthOf(video), TOLERANCE_FRAMES);
  return `${score.f1.toFixed(3)} (${score.matched}/${score.found})`;
}

function truthOf({ cuts, transitions }: GoldenVideo): TrueBoundary[] {
  return [...cuts.map((frame) => ({ startFrame: frame, endFrame: frame })), ...transitions];
}

/** The frame shown nearest to a time: PySceneDetect speaks of times, which count frames only where the rate does not vary. */
function frameAt(video: GoldenVideo | undefined, seconds: number): number {
  if (video === undefined) return Number.NaN;
  const { ptsUs, rate } = video;
  if (ptsUs === undefined) return Math.round((seconds * rate.num) / rate.den);
  return ptsUs.reduce(
    (best, timeUs, frame) => (Math.abs(timeUs - seconds * 1e6) < Math.abs((ptsUs[best] ?? 0) - seconds * 1e6) ? frame : best),
    0,
  );
}
