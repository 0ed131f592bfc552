import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exporters } from '#core/exchange/formats/registry.ts';
import { createCore, type Core } from '#core/app/create-core.ts';
import { systemClock } from '#core/base/host.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { listenWith } from '../core-server.ts';
import { noAutomaticSteps } from '../no-automatic-steps.ts';
import { type LogLine, createRecordingLogger } from '../recording-logger.ts';
import { testConfig } from '../test-config.ts';
import type { KnownValues } from './contract-inputs.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const noSteps = { steps: new Set<never>() };

export interface FuzzStudio {
  readonly core: Core;
  readonly dataDir: string;
  readonly url: string;
  readonly cookie: string;
  /** Errors that the core wrote down, newest last. */
  readonly errors: LogLine[];
  /** Sees to it that there is something to work on, and says what there is. */
  refresh(): Promise<KnownValues>;
  close(): Promise<void>;
}

/**
 * The studio behind the server of `serve`, in this process, with a small video of its own: nothing outside a temporary folder is touched,
 * no model is there to be run, and the network is switched off.
 */
export async function openFuzzStudio(): Promise<FuzzStudio> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'shotluck-fuzz-'));
  const config = testConfig(dataDir);
  mkdirSync(config.modelsDir);
  cpSync(path.join(root, 'models/manifest.json'), path.join(config.modelsDir, 'manifest.json'));
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ allowNetwork: false, detectorId: 'adaptive', ...automaticOff }));
  const errors: LogLine[] = [];
  const core = createCore(config, {
    logger: {
      ...createRecordingLogger([]),
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (details, message) => void errors.push({ level: 'error', details, message }),
    },
    clock: systemClock,
    secrets: createSessionSecrets(),
    spawnEngineWorker() {
      throw new AppError('unsupported', plain('No engine is started here.'));
    },
  });
  const made = makeFiles(dataDir);
  const project = await core.services.projects.createIn(dataDir, 'Fuzz');
  const rendererDir = path.join(dataDir, 'page');
  mkdirSync(rendererDir);
  const served = await listenWith(core, { rendererDir });

  async function refresh(): Promise<KnownValues> {
    const { projects, videos, jobs, settings } = core.services;
    if (projects.current()?.name !== project.name) await projects.openFolder(path.join(dataDir, 'Fuzz.shotluck'));
    settings.update({ ...automaticOff, allowNetwork: false });
    jobs.clearFinished();
    if (videos.list().length === 0) {
      const { added } = await videos.addFiles([made.video], 'fuzz');
      jobs.enqueueNeeded(added, 'fuzz', noSteps);
      jobs.enqueue(
        added.map((videoId) => ({ kind: 'detect', videoId, detectorId: 'adaptive' })),
        false,
        'fuzz',
      );
      await jobs.idle();
    }
    return known(core, made);
  }

  return {
    core,
    dataDir,
    ...served,
    errors,
    refresh,
    async close() {
      await served.close();
      await core.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const automaticOff = { automaticSteps: noAutomaticSteps };

interface MadeFiles {
  readonly video: string;
  readonly subtitles: string;
  readonly exports: string;
}

function makeFiles(folder: string): MadeFiles {
  const video = path.join(folder, 'video.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=160x120:d=4:r=25', '-pix_fmt', 'yuv420p', video]);
  const subtitles = path.join(folder, 'video.srt');
  writeFileSync(subtitles, '1\n00:00:00,500 --> 00:00:01,500\nhello\n\n2\n00:00:02,000 --> 00:00:03,000\nagain\n');
  const exports = path.join(folder, 'exports');
  mkdirSync(exports);
  return { video, subtitles, exports };
}

async function known(core: Core, made: MadeFiles): Promise<KnownValues> {
  const { videos, shots, texts, transcripts, detection, jobs, projects } = core.services;
  const videoIds = videos.list().map(({ id }) => id);
  const ofVideos = <T>(list: (videoId: VideoId) => readonly T[]): T[] => videoIds.flatMap(list).slice(0, 200);
  const grants = await Promise.all([made.subtitles, made.video, made.exports].map((file) => core.files.grantPath(file)));
  return new Map<string, readonly unknown[]>([
    ['videoId', videoIds],
    ['shotId', ofVideos(shots.list).map(({ id }) => id)],
    ['revisionId', ofVideos(texts.current).map(({ id }) => id)],
    ['segmentId', ofVideos(transcripts.get).map(({ id }) => id)],
    ['runId', ofVideos(detection.runs).map(({ id }) => id)],
    [
      'jobId',
      jobs
        .list()
        .map(({ id }) => id)
        .slice(-50),
    ],
    ['grantId', grants.map(({ grantId }) => grantId)],
    ['ref', projects.recent().map(({ ref }) => ref)],
    ['frame', [1, 10, 25, 50, 75, 99, 100]],
    ['formatId', exporters.map(({ id }) => id)],
    ['detectorId', ['adaptive', 'transnet-v2']],
    ['summariserId', ['storyline']],
    ['modelId', ['shotluck-nano', 'transnet-v2', 'whisper-base-q4']],
  ]);
}
