import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FrameIndex, Rational, type FrameClock } from '#shared/domain/time.ts';
import type { GoldenTransition } from './golden-videos.ts';

const SAMPLE_DIR = join(import.meta.dirname, '../../resources/sample');

const Boundaries = z.object({
  video: z.string(),
  rate: Rational,
  frameCount: FrameIndex,
  transitions: z.array(
    z.object({ kind: z.enum(['cut', 'dissolve', 'fade']), frame: FrameIndex, startFrame: FrameIndex, endFrame: FrameIndex }),
  ),
});

/** The video that comes with the studio, and where its shots begin. */
export interface SampleVideo {
  readonly path: string;
  readonly clock: FrameClock;
  readonly cuts: readonly number[];
  readonly transitions: readonly GoldenTransition[];
}

export async function sampleVideo(): Promise<SampleVideo> {
  const { video, rate, frameCount, transitions } = Boundaries.parse(
    JSON.parse(await readFile(join(SAMPLE_DIR, 'boundaries.json'), 'utf8')),
  );
  return {
    path: join(SAMPLE_DIR, video),
    clock: { rate, frameCount },
    cuts: transitions.filter(({ kind }) => kind === 'cut').map(({ frame }) => frame),
    transitions: transitions.flatMap(({ kind, startFrame, endFrame }) => (kind === 'cut' ? [] : [{ kind, startFrame, endFrame }])),
  };
}
