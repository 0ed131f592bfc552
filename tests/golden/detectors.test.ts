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
import { type GoldenFilm, type GoldenKind, type GoldenTransition, makeGoldenFilm } from '../helpers/golden-videos.ts';
import { testFfmpeg } from '../helpers/media-files.ts';
import { sampleFilm } from '../helpers/sample-video.ts';

const MODEL = join(import.meta.dirname, '../../models/transnet-v2/transnet-v2.onnx');
const MIN_SHOT_US = 300_000;
const ffmpeg = testFfmpeg();
const { signal } = new AbortController();

interface Candidate {
  readonly open: () => Promise<ShotDetector>;
  readonly cutFilms: readonly GoldenKind[];
  /** By how many frames the ends of a gradual transition may be off. */
  readonly extentSlack: number;
}

const candidates: Record<'adaptive' | 'transnet-v2', Candidate> = {
  adaptive: {
    open: () => Promise.resolve(createAdaptiveDetector()),
    cutFilms: ['hard-cuts', 'flashes', 'fast-motion', 'variable-rate', 'odd-size', 'rotated'],
    extentSlack: 10,
  },
  'transnet-v2': {
    open: async () =>
      createTransNetDetector(await openTransNetNetwork({ modelId: 'transnet-v2', modelPath: MODEL, threads: 2, device: 'cpu' })),
    cutFilms: ['hard-cuts', 'flashes', 'fast-motion', 'variable-rate'],
    extentSlack: 3,
  },
};

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-detectors-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function scoreFilm(detector: ShotDetector, path: string, startFrame = 0): Promise<ScoreCurve> {
  const frames = readFrames({ ffmpeg, path, size: detector.frameSize, startFrame, signal });
  return detector.score(frames, { signal, onScores: () => undefined });
}

function cutsOf(detector: ShotDetector, curve: ScoreCurve, clock: FrameClock): Cut[] {
  expect(curve.cut).toHaveLength(clock.frameCount);
  return detector.cuts(curve, clock, { threshold: detector.defaultThreshold, minShotUs: MIN_SHOT_US });
}

function clockOf({ rate, frameCount, ptsUs }: GoldenFilm): FrameClock {
  return { rate, frameCount, ...(ptsUs === undefined ? {} : { ptsUs }) };
}

function truthOf({ cuts, transitions }: Pick<GoldenFilm, 'cuts' | 'transitions'>): TrueBoundary[] {
  return [...cuts.map((frame) => ({ startFrame: frame, endFrame: frame })), ...transitions];
}

/** The cut that was found in a gradual transition and is called what it is. */
function namedRightly(cuts: readonly Cut[], { kind, startFrame, endFrame }: GoldenTransition): Cut | undefined {
  return cuts.find((cut) => cut.kind === kind && cut.frame >= startFrame && cut.frame <= endFrame);
}

describe.each(['adaptive', 'transnet-v2'] as const)('%s', (id) => {
  const { open, cutFilms, extentSlack } = candidates[id];
  let detector: ShotDetector;
  beforeAll(async () => {
    detector = await open();
  });
  afterAll(() => detector.dispose());

  it.each(cutFilms)('finds exactly the cuts of the film “%s”, to the frame', async (kind) => {
    const film = await makeGoldenFilm(kind, dir);
    const cuts = cutsOf(detector, await scoreFilm(detector, film.path), clockOf(film));
    expect(cuts.map((cut) => cut.frame)).toEqual(film.cuts);
    expect(cuts.every((cut) => cut.kind === 'cut' && cut.startFrame === cut.frame && cut.endFrame === cut.frame)).toBe(true);
  });

  it.each<GoldenKind>(['dissolves', 'fades'])(
    'finds all transitions of the film “%s” and no others, with kind and extent',
    async (kind) => {
      const film = await makeGoldenFilm(kind, dir);
      const cuts = cutsOf(detector, await scoreFilm(detector, film.path), clockOf(film));
      expect(
        scoreBoundaries(
          cuts.map((cut) => cut.frame),
          truthOf(film),
          0,
        ),
      ).toMatchObject({ matched: 6, found: 6, f1: 1 });
      for (const transition of film.transitions) {
        const found = namedRightly(cuts, transition);
        expect(Math.abs((found?.startFrame ?? Number.NaN) - transition.startFrame)).toBeLessThanOrEqual(extentSlack);
        expect(Math.abs((found?.endFrame ?? Number.NaN) - transition.endFrame)).toBeLessThanOrEqual(extentSlack);
      }
    },
  );

  it('finds the shots of the sample film', async () => {
    const film = await sampleFilm();
    const cuts = cutsOf(detector, await scoreFilm(detector, film.path), film.clock);
    expect(
      scoreBoundaries(
        cuts.map((cut) => cut.frame),
        truthOf(film),
        1,
      ),
    ).toMatchObject({ f1: 1 });
    expect(film.transitions.map((transition) => namedRightly(cuts, transition)?.kind)).toEqual(film.transitions.map(({ kind }) => kind));
  });

  it('says the same of a film whether it starts at its beginning or in its middle', async () => {
    const film = await makeGoldenFilm('fades', dir);
    const { warmupFrames } = detector;
    const whole = await scoreFilm(detector, film.path);
    const late = await scoreFilm(detector, film.path, warmupFrames);
    expect(late.cut.subarray(warmupFrames)).toEqual(whole.cut.subarray(2 * warmupFrames));
    expect(late.transition?.subarray(warmupFrames)).toEqual(whole.transition?.subarray(2 * warmupFrames));
  });
});
