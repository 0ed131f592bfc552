import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScoreCurve, ShotDetector } from '#core/engines/shot-detector.ts';
import { createAdaptiveDetector } from '#core/engines/detectors/adaptive.ts';
import { openTransNetNetwork } from '#engine-worker/transnet-v2/transnet-network.ts';
import { createTransNetDetector } from '#core/engines/detectors/transnet-v2.ts';
import { scoreBoundaries, type TrueBoundary } from '#core/evaluation/shot-boundaries.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import type { Cut } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import { type GoldenVideo, type GoldenKind, type GoldenTransition, makeGoldenVideo } from '../helpers/golden-videos.ts';
import { testFfmpeg } from '../helpers/media-files.ts';
import { sampleVideo } from '../helpers/sample-video.ts';

const MODEL = join(import.meta.dirname, '../../models/transnet-v2/transnet-v2.onnx');
const MIN_SHOT_US = 300_000;
const ffmpeg = testFfmpeg();
const { signal } = new AbortController();

interface Candidate {
  readonly open: () => Promise<ShotDetector>;
  readonly cutVideos: readonly GoldenKind[];
  /** By how many frames the ends of a gradual transition may be off. */
  readonly extentSlack: number;
}

const candidates: Record<'adaptive' | 'transnet-v2', Candidate> = {
  adaptive: {
    open: () => Promise.resolve(createAdaptiveDetector()),
    cutVideos: ['hard-cuts', 'flashes', 'fast-motion', 'variable-rate', 'odd-size', 'rotated'],
    extentSlack: 10,
  },
  'transnet-v2': {
    open: async () =>
      createTransNetDetector(await openTransNetNetwork({ modelId: 'transnet-v2', modelPath: MODEL, threads: 2, device: 'cpu' })),
    // Hard cuts to the frame are also in both videos of transitions. Scoring a video takes the network seconds.
    cutVideos: ['variable-rate'],
    extentSlack: 3,
  },
};

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-detectors-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function scoreVideo(detector: ShotDetector, path: string, startFrame = 0): Promise<ScoreCurve> {
  const frames = readFrames({ ffmpeg, path, size: detector.frameSize, startFrame, signal });
  return detector.score(frames, { signal, onScores: () => undefined });
}

function cutsOf(detector: ShotDetector, curve: ScoreCurve, clock: FrameClock): Cut[] {
  expect(curve.cut).toHaveLength(clock.frameCount);
  return detector.cuts(curve, clock, { threshold: detector.defaultThreshold, minShotUs: MIN_SHOT_US });
}

function clockOf({ rate, frameCount, ptsUs }: GoldenVideo): FrameClock {
  return { rate, frameCount, ...(ptsUs === undefined ? {} : { ptsUs }) };
}

function truthOf({ cuts, transitions }: Pick<GoldenVideo, 'cuts' | 'transitions'>): TrueBoundary[] {
  return [...cuts.map((frame) => ({ startFrame: frame, endFrame: frame })), ...transitions];
}

/** The cut that was found in a gradual transition and is called what it is. */
function namedRightly(cuts: readonly Cut[], { kind, startFrame, endFrame }: GoldenTransition): Cut | undefined {
  return cuts.find((cut) => cut.kind === kind && cut.frame >= startFrame && cut.frame <= endFrame);
}

describe.each(['adaptive', 'transnet-v2'] as const)('%s', (id) => {
  const { open, cutVideos, extentSlack } = candidates[id];
  let detector: ShotDetector;
  beforeAll(async () => {
    detector = await open();
  });
  afterAll(() => detector.dispose());

  let fades: Promise<ScoreCurve> | null = null;
  /** Of the one video that two tests look at, once. */
  const scoreWhole = (kind: GoldenKind, path: string): Promise<ScoreCurve> =>
    kind === 'fades' ? (fades ??= scoreVideo(detector, path)) : scoreVideo(detector, path);

  it.each(cutVideos)('finds exactly the cuts of the video “%s”, to the frame', async (kind) => {
    const video = await makeGoldenVideo(kind, dir);
    const cuts = cutsOf(detector, await scoreVideo(detector, video.path), clockOf(video));
    expect(cuts.map((cut) => cut.frame)).toEqual(video.cuts);
    expect(cuts.every((cut) => cut.kind === 'cut' && cut.startFrame === cut.frame && cut.endFrame === cut.frame)).toBe(true);
  });

  it.each<GoldenKind>(['dissolves', 'fades'])(
    'finds all transitions of the video “%s” and no others, with kind and extent',
    async (kind) => {
      const video = await makeGoldenVideo(kind, dir);
      const cuts = cutsOf(detector, await scoreWhole(kind, video.path), clockOf(video));
      expect(
        scoreBoundaries(
          cuts.map((cut) => cut.frame),
          truthOf(video),
          0,
        ),
      ).toMatchObject({ matched: 6, found: 6, f1: 1 });
      for (const transition of video.transitions) {
        const found = namedRightly(cuts, transition);
        expect(Math.abs((found?.startFrame ?? Number.NaN) - transition.startFrame)).toBeLessThanOrEqual(extentSlack);
        expect(Math.abs((found?.endFrame ?? Number.NaN) - transition.endFrame)).toBeLessThanOrEqual(extentSlack);
      }
    },
  );

  it('finds the shots of the sample video', async () => {
    const video = await sampleVideo();
    const cuts = cutsOf(detector, await scoreVideo(detector, video.path), video.clock);
    expect(
      scoreBoundaries(
        cuts.map((cut) => cut.frame),
        truthOf(video),
        1,
      ),
    ).toMatchObject({ f1: 1 });
    expect(video.transitions.map((transition) => namedRightly(cuts, transition)?.kind)).toEqual(video.transitions.map(({ kind }) => kind));
  });

  it('says the same of a video whether it starts at its beginning or in its middle', async () => {
    const video = await makeGoldenVideo('fades', dir);
    const { warmupFrames } = detector;
    const whole = await scoreWhole('fades', video.path);
    const late = await scoreVideo(detector, video.path, warmupFrames);
    expect(late.cut.subarray(warmupFrames)).toEqual(whole.cut.subarray(2 * warmupFrames));
    expect(late.transition?.subarray(warmupFrames)).toEqual(whole.transition?.subarray(2 * warmupFrames));
  });
});
