import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { startTestCore, type TestCore } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';

/** Two videos named clip.mp4, each in a folder of this name. */
const NAMESAKES = ['first', 'second'] as const;
let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-namesakes-'));
  for (const [index, name] of NAMESAKES.entries()) {
    mkdirSync(path.join(mediaDir, name));
    await makeSmallVideo(fileOf(name), { frameCount: 60 - index * 10, first: index * 1000 });
  }
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

const fileOf = (name: string): string => path.join(mediaDir, name, 'clip.mp4');

async function add({ core }: TestCore, name: (typeof NAMESAKES)[number]): Promise<VideoId> {
  const { videos, jobs, shots } = core.services;
  const [videoId] = (await videos.addFiles([fileOf(name)], 'ann')).added;
  if (videoId === undefined) throw new Error('not added');
  jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await jobs.idle();
  shots.split(videoId, { frame: 30 }, 'ann');
  return videoId;
}

async function cut({ core }: TestCore, videoId: VideoId, mode: 'exact' | 'copy' = 'exact'): Promise<Record<string, unknown>> {
  const [jobId = JobId.parse('none')] = core.services.jobs.enqueue([{ kind: 'clips', videoIds: [videoId], mode }], false, 'ann');
  await core.services.jobs.idle();
  return core.services.jobs.get(jobId).result ?? {};
}

it('clips of a video that was taken out are not passed off as those of another of its name', async () => {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Namesakes');
  const first = await add(test, 'first');
  const { folder } = await cut(test, first);
  const before = readFileSync(path.join(String(folder), 'clip_0_29.mp4'));
  test.core.services.videos.remove([first], 'ann');
  const result = await cut(test, await add(test, 'second'));
  expect(result).toMatchObject({
    written: 2,
    kept: 0,
    problems: [],
    notes: [{ reason: saying('“clip_0_29.mp4” is there already') }],
  });
  expect(readFileSync(path.join(String(folder), 'clip_0_29.mp4'))).toEqual(before);
  expect(readdirSync(String(folder)).filter((name) => name.endsWith('.mp4'))).toHaveLength(4);
});

it('names of clips stay when a video of the same name is taken out, and notes on clips are in the result', async () => {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Namesakes');
  const first = await add(test, 'first');
  const second = await add(test, 'second');
  expect(await cut(test, second)).toMatchObject({ written: 2, notes: [] });
  test.core.services.videos.remove([first], 'ann');
  expect(test.core.services.videos.fileBases().get(second)).toBe('clip-2');
  expect(await cut(test, second)).toMatchObject({ written: 0, kept: 2 });
  expect(await cut(test, second, 'copy')).toMatchObject({
    notes: [{ where: 'clip-2_0_29.copy.mp4', reason: saying('Cut at keyframes') }, expect.anything()],
  });
  test.core.services.history.undo('ann');
  expect(test.core.services.videos.fileBases()).toEqual(
    new Map([
      [first, 'clip'],
      [second, 'clip-2'],
    ]),
  );
});
