import path from 'node:path';
import { expect, it, vi } from 'vitest';
import type { EngineWorkerHandle } from '#core/engines/engine-worker-handle.ts';
import type { Job } from '#shared/domain/job.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

// Real networks on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

interface Captioned {
  readonly job: Job;
  readonly shotCount: number;
  readonly texts: readonly string[];
}

/** Captions a video of several shots; the worker is ended by force at the calls with these numbers, counted from 1. `again`: all of them once more. */
async function captionWithDeaths(deadlyCalls: readonly number[]): Promise<Captioned & { again(): Promise<Captioned> }> {
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
  const video = await makeSmallVideo(path.join(dataDir, 'bars.mp4'));
  const core = startStudioCore(dataDir, {}, watch);
  const { jobs, settings, shots, texts } = core.services;
  settings.update({ framesPerShot: 1 });
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video);
  jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await jobs.idle();
  for (const frame of [10, 20]) shots.split(videoId, { frame }, 'ann');
  async function caption(which: 'missing' | 'all'): Promise<Captioned> {
    const [jobId] = jobs.enqueue([{ kind: 'caption', videoId, targets: { which } }], false, 'ann');
    await jobs.idle();
    if (jobId === undefined) throw new Error('a job expected');
    return { job: jobs.get(jobId), shotCount: shots.list(videoId).length, texts: texts.current(videoId).map(({ text }) => text) };
  }
  return { ...(await caption('missing')), again: () => caption('all') };
}

it('a shot whose worker is killed is captioned by the next worker, and the text is the same', async () => {
  const disturbed = await captionWithDeaths([2]);
  const undisturbed = await disturbed.again();
  expect(undisturbed.job).toMatchObject({ state: 'done', result: { captioned: disturbed.shotCount } });
  expect(disturbed.texts).toHaveLength(disturbed.shotCount);
  expect(disturbed.job).toMatchObject({ state: 'done', result: { captioned: disturbed.shotCount } });
  expect(disturbed.texts).toEqual(undisturbed.texts);
});

it('a shot at which two workers die is named; what was captioned before stays', async () => {
  const { job, texts } = await captionWithDeaths([2, 3]);
  expect(job).toMatchObject({
    state: 'failed',
    error: {
      code: 'model-broken',
      message: expect.stringMatching(/^Shot 2 of "bars[^"]*": The process of the model "shotluck-nano" stopped twice/u),
    },
  });
  expect(texts).toHaveLength(1);
});

it('a job whose model is still being loaded is stopped at once, and so is the studio', async () => {
  // As a worker that is suspended, or waits for a device.
  const watch = (worker: EngineWorkerHandle): EngineWorkerHandle => ({ ...worker, wire: { ...worker.wire, send: () => undefined } });
  const dataDir = temporaryFolder();
  const video = await makeSmallVideo(path.join(dataDir, 'bars.mp4'));
  const core = startStudioCore(dataDir, {}, watch);
  const { jobs } = core.services;
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video);
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
