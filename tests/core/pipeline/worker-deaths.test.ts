import { expect, it, vi } from 'vitest';
import type { EngineWorkerHandle } from '#core/engines/engine-worker-handle.ts';
import type { Job } from '#shared/domain/job.ts';
import { makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

// Real networks on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

/** Captions a video of several shots; the worker is ended by force at the calls with these numbers, counted from 1. */
async function captionWithDeaths(
  deadlyCalls: readonly number[],
): Promise<{ job: Job; captionCount: number; shotCount: number; texts: string[] }> {
  let calls = 0;
  const watch = (worker: EngineWorkerHandle): EngineWorkerHandle => ({
    ...worker,
    wire: {
      ...worker.wire,
      send(request) {
        worker.wire.send(request);
        if (request.type === 'call' && deadlyCalls.includes(++calls)) void worker.terminate();
      },
    },
  });
  const dataDir = temporaryFolder();
  const video = await makeGoldenVideo('three-shots', dataDir);
  const core = startStudioCore(dataDir, {}, watch);
  const { jobs, shots, texts } = core.services;
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video.path);
  jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await jobs.idle();
  for (const cut of video.cuts.slice(0, 2)) shots.split(videoId, { frame: cut }, 'ann');
  const [jobId] = jobs.enqueue([{ kind: 'caption', videoId, targets: { which: 'missing' } }], false, 'ann');
  await jobs.idle();
  if (jobId === undefined) throw new Error('a job expected');
  const written = texts.current(videoId).map(({ text }) => text);
  return { job: jobs.get(jobId), captionCount: written.length, shotCount: shots.list(videoId).length, texts: written };
}

it('a shot whose worker is killed is captioned by the next worker, and the text is the same', async () => {
  const undisturbed = await captionWithDeaths([]);
  const disturbed = await captionWithDeaths([2]);
  expect(disturbed.job).toMatchObject({ state: 'done', result: { captioned: disturbed.shotCount } });
  expect(disturbed.texts).toEqual(undisturbed.texts);
});

it('a shot at which two workers die is named; what was captioned before stays', async () => {
  const { job, captionCount } = await captionWithDeaths([2, 3]);
  expect(job).toMatchObject({
    state: 'failed',
    error: {
      code: 'model-broken',
      message: expect.stringMatching(/^Shot 2 of "three-shots[^"]*": The process of the model "shotluck-nano" stopped twice/u),
    },
  });
  expect(captionCount).toBe(1);
});

it('a job whose model is still being loaded is stopped at once, and so is the studio', async () => {
  // As a worker that is suspended, or waits for a device.
  const watch = (worker: EngineWorkerHandle): EngineWorkerHandle => ({ ...worker, wire: { ...worker.wire, send: () => undefined } });
  const dataDir = temporaryFolder();
  const video = await makeGoldenVideo('three-shots', dataDir);
  const core = startStudioCore(dataDir, {}, watch);
  const { jobs } = core.services;
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video.path);
  jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await jobs.idle();
  const [cancelled, kept] = jobs.enqueue(
    [
      { kind: 'caption', videoId, targets: { which: 'all' } },
      { kind: 'detect', videoId, detectorId: 'transnet-v2' },
    ],
    false,
    'ann',
  );
  if (cancelled === undefined || kept === undefined) throw new Error('two jobs expected');
  await expect.poll(() => jobs.get(cancelled).state).toBe('running');
  await jobs.cancel([cancelled]);
  expect(jobs.get(cancelled).state).toBe('cancelled');
  await expect.poll(() => jobs.get(kept).state).toBe('running');
  const startedMs = performance.now();
  await core.close();
  expect(performance.now() - startedMs).toBeLessThan(30_000);
});
