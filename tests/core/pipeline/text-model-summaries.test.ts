import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { startLocalHub } from '../../helpers/local-hub.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { tinyWritersDir } from '../engines/support/tiny-writers.ts';

const MODEL = 'own:llama';
const SUMMARISER = `sum-text:${MODEL}`;

/** A video with captions, and a text model of random weights that was added as a folder of one's own. */
async function withCaptionedVideo(): Promise<{ core: Core; videoId: VideoId; shotIds: readonly string[] }> {
  const dataDir = temporaryFolder();
  const video = await makeSmallVideo(path.join(dataDir, 'bars.mp4'));
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  expect(await core.services.models.addFolderAt(path.join(tinyWritersDir, 'llama'))).toBe(MODEL);
  core.services.settings.update({ summaryPromptTemplate: 'Describe it.', summaryMaxTokens: 48 });
  const videoId = await addVideo(core, video);
  core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await core.services.jobs.idle();
  for (const frame of [10, 20]) core.services.shots.split(videoId, { frame }, 'ann');
  const shots = core.services.shots.list(videoId);
  for (const shot of shots)
    core.services.texts.edit({ videoId, shotId: shot.id, kind: 'visual' }, `A picture of ${shot.startFrame}.`, 'ann');
  return { core, videoId, shotIds: shots.map(({ id }) => id) };
}

describe('a summary by a text model of this machine', () => {
  it('is written from the captions, word by word, says by whom, and is written in parts where they do not fit into its context', async () => {
    const { core, videoId, shotIds } = await withCaptionedVideo();
    expect((await core.services.engineInfos()).find(({ id }) => id === SUMMARISER)).toMatchObject({ role: 'summariser', problem: null });
    const streamed: string[] = [];
    core.events.on('captionText', ({ kind, text }) => kind === 'summary' && streamed.push(text));
    core.services.jobs.enqueue([{ kind: 'summarise', videoId, summariserId: SUMMARISER }], false, 'ann');
    await core.services.jobs.idle();
    expect(core.services.jobs.list().find(({ kind }) => kind === 'summarise')).toMatchObject({ state: 'done', error: null });
    const summary = core.services.texts.currentOf({ videoId, shotId: null, kind: 'summary' });
    expect(summary?.text.length).toBeGreaterThan(5);
    expect(streamed.length).toBeGreaterThan(0);
    expect(summary?.status).toBe('draft');
    expect(summary?.meanLogProb).toBeLessThan(0);
    expect(summary?.links.flatMap((link) => link.shotIds).every((id) => shotIds.includes(id))).toBe(true);
    expect(summary?.provenance).toMatchObject({
      engine: SUMMARISER,
      model: MODEL,
      modelSha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
      device: 'cpu',
      frames: [],
      prompt: expect.stringContaining('Seen: A picture of 0.'),
    });

    // A token of this model is a byte: the usual estimate would take three times as much for fitting.
    for (const shot of core.services.shots.list(videoId))
      core.services.texts.edit({ videoId, shotId: shot.id, kind: 'visual' }, 'Снова лодка. '.repeat(30), 'ann');
    core.services.jobs.enqueue([{ kind: 'summarise', videoId, summariserId: SUMMARISER }], false, 'ann');
    await core.services.jobs.idle();
    expect(core.services.jobs.list().filter(({ kind, state }) => kind === 'summarise' && state === 'done')).toHaveLength(2);
    const longer = core.services.texts.currentOf({ videoId, shotId: null, kind: 'summary' });
    expect(summary?.provenance?.options.partCount).toBe(1);
    expect(longer?.provenance?.options.partCount).toBeGreaterThan(1);
  });

  it('ends within a second when it is cancelled, and leaves nothing; of the frames it cannot be', async () => {
    const { core, videoId } = await withCaptionedVideo();
    core.services.settings.update({ summaryMaxTokens: 500 });
    const [jobId] = core.services.jobs.enqueue([{ kind: 'summarise', videoId, summariserId: SUMMARISER }], false, 'ann');
    const cancelled = Promise.withResolvers<number>();
    const stop = core.events.on('captionText', ({ jobId: from }) => {
      stop();
      void core.services.jobs.cancel([from]);
      cancelled.resolve(performance.now());
    });
    const cancelledMs = await cancelled.promise;
    await core.services.jobs.idle();
    expect(performance.now() - cancelledMs).toBeLessThan(1000);
    if (jobId !== undefined) expect(core.services.jobs.get(jobId).state).toBe('cancelled');
    expect(core.services.texts.currentOf({ videoId, shotId: null, kind: 'summary' })).toBeNull();

    const errorOf = async (summariserId: string): Promise<string | undefined> => {
      const [jobId] = core.services.jobs.enqueue([{ kind: 'summarise', videoId, summariserId }], false, 'ann');
      await core.services.jobs.idle();
      return jobId === undefined ? undefined : core.services.jobs.get(jobId).error?.message;
    };
    expect(await errorOf(`sum-shot:${MODEL}`)).toMatch(/no summariser/u);
  });
});

describe('a text model on the page of models', () => {
  it('is tried on the sample video, and gives its place back when it is taken away', async () => {
    const core = startStudioCore(temporaryFolder());
    await core.services.models.addFolderAt(path.join(tinyWritersDir, 'llama'));
    core.services.settings.update({ summaryPromptTemplate: 'Describe it.', summariserId: SUMMARISER });
    expect((await core.services.models.list()).find(({ id }) => id === MODEL)).toMatchObject({ role: 'writer', state: 'installed' });
    const updates: string[] = [];
    core.events.on('modelTestText', ({ modelId, text }) => modelId === MODEL && updates.push(text));
    const result = await core.services.testRuns.run(MODEL, new AbortController().signal);
    expect(result).toMatchObject({ device: 'cpu', prompt: expect.stringContaining('Said: "A herd of horses rests on a green hill."') });
    expect(result.meanLogProb).toBeLessThan(0);
    expect(updates.length).toBeGreaterThan(2);
    await core.services.models.remove(MODEL);
    expect(core.services.settings.get().summariserId).toBe('storyline');
  });

  it('is refused when it is damaged, by file and key', async () => {
    const core = startStudioCore(temporaryFolder());
    const damaged = path.join(temporaryFolder(), 'damaged');
    mkdirSync(damaged);
    writeFileSync(path.join(damaged, 'config.json'), JSON.stringify({ model_type: 'qwen2', num_hidden_layers: 2 }));
    await expect(core.services.models.addFolderAt(damaged)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('config.json: key "num_attention_heads"'),
    });
  });

  it('is downloaded from the catalogue, and ready to use', async () => {
    const folder = path.join(tinyWritersDir, 'llama');
    const files = Object.fromEntries(
      ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'].map((name) => [
        name,
        readFileSync(path.join(folder, name)),
      ]),
    );
    const hub = await startLocalHub('HuggingFaceTB/SmolLM2-135M-Instruct', {
      ...files,
      'onnx/model_q4.onnx': readFileSync(path.join(folder, 'onnx/model.onnx')),
      'onnx/model.onnx': Buffer.alloc(9),
    });
    onTestFinished(() => hub.close());
    const core = startStudioCore(temporaryFolder(), { hub: { url: hub.url, retryDelaysMs: [], stallMs: 5000 } });
    const { models, testRuns, settings } = core.services;
    settings.update({ summaryPromptTemplate: 'Describe it.' });
    await models.downloads.start('smollm2-135m', undefined);
    await models.downloads.idle();
    expect(hub.fileRequests.filter((file) => file.startsWith('onnx/'))).toEqual(['onnx/model_q4.onnx']);
    expect((await models.list()).find(({ id }) => id === 'smollm2-135m')).toMatchObject({
      state: 'installed',
      installedVariantId: 'q4',
      role: 'writer',
    });
    expect((await core.services.engineInfos()).find(({ id }) => id === 'sum-text:smollm2-135m')).toMatchObject({
      role: 'summariser',
      problem: null,
    });
    expect((await testRuns.run('smollm2-135m', new AbortController().signal)).text.length).toBeGreaterThan(5);
  });
});
