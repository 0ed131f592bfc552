import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { CoreConfig } from '#core/base/config.ts';
import { type Core, createCore } from '#core/app/create-core.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { systemClock } from '#core/base/host.ts';
import type { EngineWorkerHandle } from '#core/engines/engine-worker-handle.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { createRecordingLogger } from './recording-logger.ts';
import { testConfig } from './test-config.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The core with everything real: ffmpeg, the engine worker and the models that ship with the product. Ends with the test; `watch` may stand between the core and its worker. */
export function startStudioCore(
  dataDir: string,
  changes: Partial<CoreConfig> = {},
  watch: (worker: EngineWorkerHandle) => EngineWorkerHandle = (worker) => worker,
): Core {
  const config: CoreConfig = {
    ...testConfig(dataDir),
    modelsDir: path.join(root, 'models'),
    sampleVideoPath: path.join(root, 'resources/sample/sample-film.mp4'),
    ...changes,
  };
  const workerFile = pathToFileURL(path.join(root, 'src-main/engine-worker/worker.ts'));
  const core = createCore(config, {
    logger: createRecordingLogger(),
    clock: systemClock,
    secrets: createSessionSecrets(),
    spawnEngineWorker: () => watch(spawnEngineWorkerProcess(workerFile)),
  });
  onTestFinished(() => core.close());
  return core;
}

/** Opens or makes the project `Demo` below `dataDir`. */
export async function openDemoProject(core: Core, dataDir: string): Promise<void> {
  const folder = path.join(dataDir, 'Demo.shotluck');
  const { projects } = core.services;
  await projects.openFolder(folder).catch(() => projects.createIn(dataDir, 'Demo'));
}

/** Adds a video, without any jobs; `videoId` is its id. */
export async function addVideo(core: Core, file: string, actor = 'ann'): Promise<VideoId> {
  const { added, refused } = await core.services.videos.addFiles([file], actor);
  const [videoId] = added;
  if (videoId === undefined) throw new Error(`not added: ${JSON.stringify(refused)}`);
  return videoId;
}

/** Resolves with the job once `condition` holds for its progress; rejects when it ends before. */
export function whenJob(core: Core, jobId: JobId, condition: (job: Job) => boolean): Promise<Job> {
  return new Promise((resolve, reject) => {
    const stop = core.events.on('jobProgress', (progress) => {
      if (progress.jobId !== jobId) return;
      const job = { ...core.services.jobs.get(jobId), fraction: progress.fraction };
      if (condition(job)) resolve(job);
      else if (job.finishedAtMs !== null) reject(new Error(`the job ended too early: ${job.state} ${job.error?.message ?? ''}`));
      else return;
      stop();
    });
  });
}
