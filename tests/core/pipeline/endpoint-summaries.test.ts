import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { defaultEndpoint, type Endpoint } from '#shared/domain/endpoint.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Revision } from '#shared/domain/text.ts';
import type { ChatServer, SeenRequest } from '../../helpers/chat-server.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { startChatServer } from '../../helpers/test-chat-server.ts';

interface TestStudio {
  readonly core: Core;
  readonly videoId: VideoId;
  readonly server: ChatServer;
}

/** One sentence with its marker for every shot that the request speaks of, itself or in the summary of a part. */
function describeShots({ prompt }: SeenRequest): string {
  const numbers = [...prompt.matchAll(/^\[(\d+)\] |happens \[(\d+)\]/gmu)].map((match) => match[1] ?? match[2]);
  return numbers.map((number) => `Something happens [${number}].`).join(' ');
}

async function startStudio(changes: Partial<Endpoint> = {}): Promise<TestStudio> {
  const dataDir = temporaryFolder();
  const video = await makeSmallVideo(path.join(dataDir, 'bars.mp4'));
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  const server = await startChatServer({ answer: describeShots });
  core.services.settings.update({
    endpoints: [{ ...defaultEndpoint, id: 'box', title: 'Box', baseUrl: server.url, model: 'test-vlm', ...changes }],
  });
  const videoId = await addVideo(core, video);
  core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await core.services.jobs.idle();
  for (const frame of [10, 20]) core.services.shots.split(videoId, { frame }, 'ann');
  return { core, videoId, server };
}

async function summarise({ core, videoId }: TestStudio, summariserId: string): Promise<Revision> {
  const [jobId] = core.services.jobs.enqueue([{ kind: 'summarise', videoId, summariserId }], false, 'ann');
  await core.services.jobs.idle();
  if (jobId !== undefined) expect(core.services.jobs.get(jobId)).toMatchObject({ state: 'done', error: null });
  const [newest] = core.services.texts.revisions({ videoId, shotId: null, kind: 'summary' }).revisions;
  if (newest === undefined) throw new Error('a summary expected');
  return newest;
}

describe('summaries by an endpoint', () => {
  it('look at every shot, link each sentence, stream, and stand beside what a person wrote', async () => {
    const studio = await startStudio({ maxFrames: 6 });
    const { core, videoId, server } = studio;
    const shots = core.services.shots.list(videoId);
    const mine = core.services.texts.edit({ videoId, shotId: null, kind: 'summary' }, 'My own words.', 'ann');
    const streamed: string[] = [];
    core.events.on('captionText', ({ kind, shotId, text }) => {
      if (kind === 'summary' && shotId === null) streamed.push(text);
    });
    const summary = await summarise(studio, 'sum-shot:endpoint:box');
    expect(summary.links.map(({ shotIds }) => shotIds)).toEqual(shots.map((shot) => [shot.id]));
    expect(summary.provenance).toMatchObject({
      engine: 'sum-shot:endpoint:box',
      model: 'test-vlm@served',
      options: { linkedBy: shots.map(() => 'marker'), maxNewTokens: 512 },
    });
    expect(summary.provenance?.frames.length).toBeGreaterThanOrEqual(shots.length);
    expect(Math.max(...server.seen.map(({ pictures }) => pictures.length))).toBeLessThanOrEqual(6);
    expect(server.seen.flatMap(({ pictures }) => pictures)).toHaveLength(summary.provenance?.frames.length ?? 0);
    expect(streamed.length).toBeGreaterThan(0);
    expect(summary.isCurrent).toBe(false);
    expect(core.services.texts.currentOf({ videoId, shotId: null, kind: 'summary' })?.id).toBe(mine.id);

    const holistic = await summarise(studio, 'sum-holistic:endpoint:box');
    expect(holistic.provenance?.frames).toHaveLength(6);
  });

  it('from captions and speech send no frames, and need something to summarise', async () => {
    const studio = await startStudio();
    const { core, videoId, server } = studio;
    const [jobId] = core.services.jobs.enqueue([{ kind: 'summarise', videoId, summariserId: 'sum-text:endpoint:box' }], false, 'ann');
    await core.services.jobs.idle();
    expect(jobId === undefined ? null : core.services.jobs.get(jobId).error?.message).toMatch(/no captions and no speech/u);
    for (const shot of core.services.shots.list(videoId))
      core.services.texts.edit({ videoId, shotId: shot.id, kind: 'visual' }, `A picture of ${shot.startFrame}.`, 'ann');
    const summary = await summarise(studio, 'sum-text:endpoint:box');
    expect(summary.links).toHaveLength(core.services.shots.list(videoId).length);
    expect(server.seen[0]).toMatchObject({ pictures: [], prompt: expect.stringContaining('Seen: A picture of 0.') });
  });
});

describe('summaries by a captioning model of the studio', () => {
  it('are written part by part, as weak as they are, and say so', async () => {
    const studio = await startStudio();
    const summary = await summarise(studio, 'sum-holistic:shotluck-nano');
    expect(summary.text.length).toBeGreaterThan(5);
    expect(summary.provenance).toMatchObject({
      engine: 'sum-holistic:shotluck-nano',
      modelSha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    expect(summary.links.every(({ shotIds }) => shotIds.length > 0)).toBe(true);
    const info = (await studio.core.services.models.list()).find(({ id }) => id === 'shotluck-nano');
    expect(info).toBeDefined();
  }, 240_000);
});
