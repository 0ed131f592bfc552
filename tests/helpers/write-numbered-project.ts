/** Run as a process of its own by `makeNumberedProject`: writes the project of one numbered video. */
import path from 'node:path';
import { createCore } from '#core/app/create-core.ts';
import { systemClock } from '#core/base/host.ts';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { probeVideo } from '#core/media/probe.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { plain } from '#shared/words/words.ts';
import { createRecordingLogger } from './recording-logger.ts';
import { testConfig } from './test-config.ts';
import { insertDraft } from './drafts.ts';

const [dataDir = '', file = '', framesPerShot = ''] = process.argv.slice(2);
const config = testConfig(dataDir);
const core = createCore(config, {
  logger: createRecordingLogger(),
  clock: systemClock,
  secrets: createSessionSecrets(),
  spawnEngineWorker: () => {
    throw new Error('no engine here');
  },
});
const { projects, videos, shots, history } = core.services;
const actor = 'ann';
await projects.createIn(dataDir, path.parse(file).name);
const { added, refused } = await videos.addFiles([file], actor);
const [videoId] = added;
if (videoId === undefined) throw new Error(`not added: ${JSON.stringify(refused)}`);
const { probe, ptsUs } = await probeVideo({
  ffmpeg: createFfmpeg(config),
  path: file,
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
videos.setProbe(videoId, probe, ptsUs);
shots.ensureTiled(videoId, actor);
const step = Number(framesPerShot);
const frames = Array.from({ length: Math.ceil(probe.frameCount / step) - 1 }, (_, index) => (index + 1) * step);
const cuts = frames.map((frame) => ({ frame, kind: 'cut' as const, startFrame: frame, endFrame: frame, confidence: 0.9 }));
const made = shots.replaceFromCuts(videoId, { cuts, minDistanceFrames: 1 }, { actor, label: plain('Find shots') });
history.record({ actor, label: plain('Caption the shots'), videoId }, (db) => {
  for (const [index, shot] of made.entries()) {
    insertDraft(db, { videoId, shotId: shot.id, text: `Draft ${index + 1}.`, actor, createdAtMs: systemClock.nowMs() });
  }
});
await core.close();
