import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createAdaptiveDetector } from '#core/engines/detectors/adaptive.ts';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import { probeVideo } from '#core/media/probe.ts';
import { type GoldenKind, makeGoldenFilm } from '../helpers/golden-films.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'adaptive-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ffmpeg = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
const { signal } = new AbortController();

async function detect(file: string, startFrame = 0): Promise<{ cuts: number[]; scores: Float32Array }> {
  const detector = createAdaptiveDetector();
  const { probe, ptsUs } = await probeVideo({ ffmpeg, path: file, signal });
  const frames = readFrames({ ffmpeg, path: file, size: detector.frameSize, startFrame, signal });
  const curve = await detector.score(frames, { signal, onScores: () => undefined });
  const clock = { rate: probe.rate, frameCount: probe.frameCount, ...(ptsUs === null ? {} : { ptsUs }) };
  const cuts = detector.cuts(curve, clock, { threshold: detector.defaultThreshold, minShotUs: 400_000 });
  return { cuts: cuts.map((cut) => cut.frame), scores: curve.cut };
}

describe('the adaptive detector', () => {
  it.each<GoldenKind>(['hard-cuts', 'variable-rate', 'odd-size', 'flashes', 'fast-motion', 'no-audio'])('finds exactly the hard cuts of %s', async (kind) => {
    const film = await makeGoldenFilm(kind, dir);
    expect((await detect(film.path)).cuts).toEqual(film.cuts);
  });

  it.each<GoldenKind>(['dissolves', 'fades'])('finds the hard cuts of %s, whatever it makes of the rest', async (kind) => {
    const film = await makeGoldenFilm(kind, dir);
    expect((await detect(film.path)).cuts).toEqual(expect.arrayContaining([...film.cuts]));
  });

  it('scores the same from the middle of a film as from its start', async () => {
    const film = await makeGoldenFilm('hard-cuts', dir);
    const { warmupFrames } = createAdaptiveDetector();
    const whole = (await detect(film.path)).scores;
    const late = (await detect(film.path, warmupFrames)).scores;
    expect(late.subarray(warmupFrames)).toEqual(whole.subarray(2 * warmupFrames));
  });
});
