import path from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { frameToUs } from '#shared/domain/time.ts';
import { plain } from '#shared/words/words.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

// Real networks on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

async function withShots(): Promise<{ core: Core; videoId: VideoId; shots: readonly [Shot, Shot, ...Shot[]] }> {
  const dataDir = temporaryFolder();
  const video = await makeSmallVideo(path.join(dataDir, 'bars.mp4'));
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  core.services.settings.update({ framesPerShot: 1 });
  const videoId = await addVideo(core, video);
  core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await core.services.jobs.idle();
  const [first, second, ...others] = core.services.shots.split(videoId, { frame: 20 }, 'ann');
  if (first === undefined || second === undefined) throw new Error('two shots expected');
  return { core, videoId, shots: [first, second, ...others] };
}

async function runCaptions(core: Core, request: Omit<Extract<JobRequest, { kind: 'caption' }>, 'kind'>): Promise<Job> {
  const [jobId] = core.services.jobs.enqueue([{ kind: 'caption', ...request }], false, 'ann');
  await core.services.jobs.idle();
  if (jobId === undefined) throw new Error('a job expected');
  return core.services.jobs.get(jobId);
}

it('narration describes shots with speech only, with their speech in its own prompt', async () => {
  const { core, videoId, shots } = await withShots();
  const clock = core.services.videos.clock(videoId);
  const silent = await runCaptions(core, { videoId, targets: { which: 'missing' }, task: 'narration' });
  expect([silent.state, silent.error?.message]).toEqual(['failed', expect.stringContaining('nothing to narrate')]);

  const [startUs, endUs] = [frameToUs(clock, shots[1].startFrame), frameToUs(clock, shots[1].endFrame)];
  core.services.transcripts.replace(videoId, [{ startUs, endUs, text: 'Here we go again', origin: 'human' }], {
    actor: 'ann',
    label: plain('Write speech'),
  });
  core.services.settings.update({ narrationPromptTemplate: 'Describe it with its words: {asr}' });
  const job = await runCaptions(core, { videoId, targets: { which: 'missing' }, task: 'narration' });
  expect(job).toMatchObject({
    state: 'done',
    title: { key: 'titles.narrate' },
    result: { captioned: 1, withoutSpeech: shots.length - 1 },
  });
  const texts = core.services.texts.current(videoId);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toMatchObject({ kind: 'narration', shotId: shots[1].id, origin: 'model', status: 'draft' });
  expect(texts[0]?.provenance?.prompt).toContain('Describe it with its words: Here we go again');
  // The shots in which nobody speaks stay without; asked once more, there is nothing left to do.
  expect(await runCaptions(core, { videoId, targets: { which: 'missing' }, task: 'narration' })).toMatchObject({
    state: 'done',
    result: { captioned: 0 },
  });
  const chosen = await runCaptions(core, { videoId, targets: { shotIds: [shots[0].id] }, task: 'narration' });
  expect([chosen.state, chosen.error?.message]).toEqual(['failed', expect.stringContaining('nothing to narrate')]);
});

it('several candidates are one current text and others beside it, all one undo step', async () => {
  const { core, videoId, shots } = await withShots();
  const key = { videoId, shotId: shots[0].id, kind: 'visual' } as const;
  await runCaptions(core, { videoId, targets: { shotIds: [shots[0].id] } });
  const alone = core.services.texts.currentOf(key);
  core.services.history.undo('ann');

  expect(await runCaptions(core, { videoId, targets: { shotIds: [shots[0].id] }, candidates: 4 })).toMatchObject({
    state: 'done',
    result: { captioned: 1 },
  });
  const revisions = core.services.texts.revisions(key).revisions.toReversed();
  expect(revisions.map((revision) => revision.isCurrent)).toEqual(revisions.map((_, index) => index === 0));
  expect(revisions[0]?.text).toBe(alone?.text);
  // Sampling may give the same words twice; they are stored once.
  expect(revisions.length).toBeGreaterThan(1);
  expect(new Set(revisions.map((revision) => revision.text)).size).toBe(revisions.length);
  const seeds = revisions.map((revision) => revision.provenance?.options['seed']);
  expect(new Set(seeds).size).toBe(revisions.length);
  expect(revisions.map((revision) => revision.provenance?.options['temperature'])).toEqual(
    revisions.map((_, index) => (index === 0 ? 0 : 0.7)),
  );

  core.services.history.undo('ann');
  expect(core.services.texts.revisions(key).revisions).toEqual([]);
});
