import type { VideoSplit } from '#shared/domain/video.ts';
import type { ShotId, VideoId } from '#shared/domain/ids.ts';
import { startTestCore, type TestCore } from './test-core.ts';

const NO_STEPS = new Set<never>();

export interface TwoShotsStudio extends TestCore {
  readonly videoId: VideoId;
  readonly shotIds: readonly ShotId[];
}

/** A project with a video of 60 frames in two captioned shots, whose boundary lies at frame 40, and a summary; all drafts of a person. */
export async function studioWithTwoShots(file: string): Promise<TwoShotsStudio> {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  return { ...test, ...(await addTwoShots(test, file, null)) };
}

/** Another such video, of a split. */
export async function addTwoShots(
  { core }: TestCore,
  file: string,
  split: VideoSplit | null,
): Promise<Pick<TwoShotsStudio, 'videoId' | 'shotIds'>> {
  const { videos, jobs, shots, texts } = core.services;
  const [videoId] = (await videos.addFiles([file], 'ann')).added;
  if (videoId === undefined) throw new Error('not added');
  jobs.enqueueNeeded([videoId], 'ann', { steps: NO_STEPS });
  await jobs.idle();
  if (split !== null) videos.setSplit([videoId], split, 'ann');
  const parts = shots.split(videoId, { frame: 40 }, 'ann');
  for (const [index, shot] of parts.entries())
    texts.edit({ videoId, shotId: shot.id, kind: 'visual' }, `A street, part ${index + 1}.`, 'ann');
  texts.edit({ videoId, shotId: null, kind: 'summary' }, 'Somebody walks down a street.', 'ann');
  return { videoId, shotIds: parts.map(({ id }) => id) };
}
