import path from 'node:path';
import { createAdaptiveDetector } from '#core/engines/detectors/adaptive.ts';
import { openRemoteTransNet } from '#core/engines/detectors/remote-transnet.ts';
import { createTransNetDetector } from '#core/engines/detectors/transnet-v2.ts';
import type { FrameBatch } from '#core/media/pictures.ts';
import type { ShotDetector } from '#core/engines/shot-detector.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import type { Cut } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import { testFfmpeg } from '../../helpers/media-files.ts';
import { repository } from './paths.ts';
import { withEngineClient } from './studio-engines.ts';

/** As the studio's settings have it. */
const MIN_SHOT_US = 300_000;
const NETWORK = path.join(repository, 'models', 'transnet-v2', 'transnet-v2.onnx');

export type StudioDetector = 'adaptive' | 'transnet-v2';

/** Runs `work` with a detector as the studio does: its network in an engine worker of its own. */
export function withDetector<T>(id: StudioDetector, threads: number, work: (detector: ShotDetector) => Promise<T>): Promise<T> {
  if (id === 'adaptive') return work(createAdaptiveDetector());
  return withEngineClient(async (client) =>
    work(createTransNetDetector(await openRemoteTransNet(client, { modelId: 'transnet-v2', modelPath: NETWORK, threads, device: 'cpu' }))),
  );
}

/** Decodes and scores a video; no more. */
export async function scoreVideo(detector: ShotDetector, video: string): ReturnType<ShotDetector['score']> {
  return detector.score(decodedFrames(detector, video), { signal: new AbortController().signal, onScores: () => undefined });
}

export async function detectCuts(detector: ShotDetector, video: string, clock: FrameClock): Promise<Cut[]> {
  return detector.cuts(await scoreVideo(detector, video), clock, { threshold: detector.defaultThreshold, minShotUs: MIN_SHOT_US });
}

/** The frames of a video at a detector's size. */
export function decodedFrames(detector: ShotDetector, video: string): AsyncIterable<FrameBatch> {
  return readFrames({ ffmpeg: testFfmpeg(), path: video, size: detector.frameSize, signal: new AbortController().signal });
}
