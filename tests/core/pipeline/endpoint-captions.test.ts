import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { defaultEndpoint, type Endpoint } from '#shared/domain/endpoint.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import type { ChatServer, ChatServerOptions } from '../../helpers/chat-server.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { joinAs, temporaryFolder } from '../../helpers/test-core.ts';
import { startChatServer } from '../../helpers/test-chat-server.ts';

interface TestStudio {
  readonly core: Core;
  readonly dataDir: string;
  readonly videoId: VideoId;
  readonly server: ChatServer;
}

/** A video of four shots, cut by hand, and an endpoint chosen as captioner. */
async function withEndpoint(options: ChatServerOptions = {}, changes: Partial<Endpoint> = {}): Promise<TestStudio> {
  const dataDir = temporaryFolder();
  const video = await makeSmallVideo(path.join(dataDir, 'bars.mp4'));
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  const server = await startChatServer(options);
  const endpoint = { ...defaultEndpoint, id: 'box', title: 'Box', baseUrl: server.url, model: 'test-vlm', ...changes };
  core.services.settings.update({ endpoints: [endpoint], captionerId: 'endpoint:box', promptTemplate: 'Shot {index}' });
  const videoId = await addVideo(core, video);
  core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await core.services.jobs.idle();
  for (const frame of [10, 20, 30]) core.services.shots.split(videoId, { frame }, 'ann');
  return { core, dataDir, videoId, server };
}

async function caption({ core, videoId }: TestStudio): Promise<ReturnType<Core['services']['jobs']['get']>> {
  const [jobId] = core.services.jobs.enqueue([{ kind: 'caption', videoId, targets: { which: 'all' } }], false, 'ann');
  if (jobId === undefined) throw new Error('a job expected');
  await core.services.jobs.idle();
  return core.services.jobs.get(jobId);
}

describe('captions by an endpoint', () => {
  it('show annotators its name, and its address nowhere', async () => {
    const studio = await withEndpoint();
    const { core, server, videoId } = studio;
    expect(await caption(studio)).toMatchObject({ state: 'done' });
    const [endpoint] = core.services.settings.get().endpoints;
    if (endpoint === undefined) throw new Error('an endpoint expected');
    core.services.settings.update({ endpoints: [{ ...endpoint, baseUrl: `${server.url}/secret-path` }] });
    expect(await caption(studio)).toMatchObject({ state: 'failed' });
    core.services.settings.update({ allowNetwork: false, endpoints: [{ ...endpoint, baseUrl: 'http://192.0.2.1/secret-path' }] });
    expect(await caption(studio)).toMatchObject({ state: 'failed' });

    const { api } = await joinAs(core, 'annotator', 'Ben');
    const lists = [api.jobs.list({}), api.texts.current({ videoId }), api.history.list({})];
    const answers = JSON.stringify(await Promise.all([api.settings.get({}), api.models.engines({}), api.models.running({}), ...lists]));
    expect(answers).toContain('Box');
    for (const part of [new URL(server.url).host, '192.0.2.1', 'secret-path']) expect(answers).not.toContain(part);
    const owner = await joinAs(core, 'owner', 'Ann');
    expect((await owner.api.settings.get({})).endpoints).toMatchObject([{ baseUrl: 'http://192.0.2.1/secret-path' }]);
  });

  it('come several at a time, each for its own shot, with where they are from', async () => {
    const studio = await withEndpoint({ wordMs: 5 }, { concurrency: 3 });
    const { core, server, videoId } = studio;
    const job = await caption(studio);
    const shots = core.services.shots.list(videoId);
    expect(shots.length).toBeGreaterThan(3);
    expect(job).toMatchObject({ state: 'done', result: { captioned: shots.length, flagged: 0 } });
    expect(server.mostAtOnce()).toBe(3);
    for (const [index, shot] of shots.entries()) {
      const text = core.services.texts.currentOf({ videoId, shotId: shot.id, kind: 'visual' });
      expect(text?.text).toMatch(new RegExp(`^Saw [1-4] pictures .* Was asked: Shot ${index + 1}$`, 'u'));
      expect(text?.provenance).toMatchObject({ engine: 'endpoint:box', model: 'test-vlm@served', device: 'Box' });
    }
  });

  it('are kept when the server fails in between, and those missing come with the next try', async () => {
    const studio = await withEndpoint({}, { concurrency: 1 });
    studio.server.next({ kind: 'slow', waitMs: 0 }, { kind: 'refuse', status: 400, message: 'too many images' });
    const failed = await caption(studio);
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'invalid-input', message: expect.stringContaining('too many images') },
    });
    const captioned = (): number => studio.core.services.texts.current(studio.videoId).filter(({ kind }) => kind === 'visual').length;
    expect(captioned()).toBe(1);
    studio.core.services.jobs.retry([failed.id]);
    await studio.core.services.jobs.idle();
    expect(captioned()).toBe(studio.core.services.shots.list(studio.videoId).length);
    expect(studio.server.count()).toBe(captioned() + 1);
  });

  it('stop at once when the job is cancelled', async () => {
    const studio = await withEndpoint({ wordMs: 50, answer: () => 'word '.repeat(1000) }, { concurrency: 2 });
    const { core, server, videoId } = studio;
    const [jobId] = core.services.jobs.enqueue([{ kind: 'caption', videoId, targets: { which: 'all' } }], false, 'ann');
    if (jobId === undefined) throw new Error('a job expected');
    await new Promise<void>((resolve) => onTestFinished(core.events.on('captionText', () => resolve())));
    await core.services.jobs.cancel([jobId]);
    expect(core.services.jobs.get(jobId).state).toBe('cancelled');
    await expect.poll(() => server.abandoned()).toBe(server.seen.length);
    expect(core.services.texts.current(videoId)).toEqual([]);
  });

  it('send each shot as a video of its own where the endpoint takes videos', async () => {
    const studio = await withEndpoint({}, { sendVideo: 'video_url' });
    const job = await caption(studio);
    const shots = studio.core.services.shots.list(studio.videoId);
    expect(job).toMatchObject({ state: 'done', result: { captioned: shots.length } });
    expect(studio.server.seen.map(({ videos }) => videos.length)).toEqual(shots.map(() => 1));
    expect(studio.server.seen.every(({ pictures }) => pictures.length === 0)).toBe(true);
  });
});
