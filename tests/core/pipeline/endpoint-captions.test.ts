import { describe, expect, it, onTestFinished } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { defaultEndpoint, type Endpoint } from '#shared/domain/endpoint.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { ChatServer, ChatServerOptions } from '../../helpers/chat-server.ts';
import { makeGoldenFilm } from '../../helpers/golden-videos.ts';
import { addFilm, openFilmProject, startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { startChatServer } from '../../helpers/test-chat-server.ts';

interface Film {
  readonly core: Core;
  readonly dataDir: string;
  readonly videoId: VideoId;
  readonly server: ChatServer;
}

/** A film with known cuts, its shots found, and an endpoint chosen as captioner. */
async function withEndpoint(options: ChatServerOptions = {}, changes: Partial<Endpoint> = {}): Promise<Film> {
  const dataDir = temporaryFolder();
  const film = await makeGoldenFilm('hard-cuts', dataDir);
  const core = startStudioCore(dataDir);
  await openFilmProject(core, dataDir);
  const server = await startChatServer(options);
  const endpoint = { ...defaultEndpoint, id: 'box', title: 'Box', baseUrl: server.url, model: 'test-vlm', ...changes };
  core.services.settings.update({
    endpoints: [endpoint],
    captionerId: 'endpoint:box',
    promptTemplate: 'Shot {index}',
    detectorId: 'adaptive',
  });
  const videoId = await addFilm(core, film.path);
  core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set(['detect']) });
  await core.services.jobs.idle();
  return { core, dataDir, videoId, server };
}

async function caption({ core, videoId }: Film): Promise<ReturnType<Core['services']['jobs']['get']>> {
  const [jobId] = core.services.jobs.enqueue([{ kind: 'caption', videoId, targets: { which: 'all' } }], false, 'ann');
  if (jobId === undefined) throw new Error('a job expected');
  await core.services.jobs.idle();
  return core.services.jobs.get(jobId);
}

describe('captions by an endpoint', () => {
  it('come several at a time, each for its own shot, with where they are from', async () => {
    const film = await withEndpoint({ wordMs: 5 }, { concurrency: 3 });
    const { core, server, videoId } = film;
    const job = await caption(film);
    const shots = core.services.shots.list(videoId);
    expect(shots.length).toBeGreaterThan(3);
    expect(job).toMatchObject({ state: 'done', result: { captioned: shots.length, flagged: 0 } });
    expect(server.mostAtOnce()).toBe(3);
    for (const [index, shot] of shots.entries()) {
      const text = core.services.texts.currentOf({ videoId, shotId: shot.id, kind: 'visual' });
      expect(text?.text).toMatch(new RegExp(`^Saw [1-4] pictures .* Was asked: Shot ${index + 1}$`, 'u'));
      expect(text?.provenance).toMatchObject({ engine: 'endpoint:box', model: 'test-vlm@served', device: new URL(server.url).origin });
    }
  });

  it('are kept when the server fails in between, and those missing come with the next try', async () => {
    const film = await withEndpoint({}, { concurrency: 1 });
    film.server.next({ kind: 'slow', waitMs: 0 }, { kind: 'refuse', status: 400, message: 'too many images' });
    const failed = await caption(film);
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'invalid-input', message: expect.stringContaining('too many images') },
    });
    const captioned = (): number => film.core.services.texts.current(film.videoId).filter(({ kind }) => kind === 'visual').length;
    expect(captioned()).toBe(1);
    film.core.services.jobs.retry([failed.id]);
    await film.core.services.jobs.idle();
    expect(captioned()).toBe(film.core.services.shots.list(film.videoId).length);
    expect(film.server.count()).toBe(captioned() + 1);
  });

  it('stop at once when the job is cancelled', async () => {
    const film = await withEndpoint({ wordMs: 50, answer: () => 'word '.repeat(1000) }, { concurrency: 2 });
    const { core, server, videoId } = film;
    const [jobId] = core.services.jobs.enqueue([{ kind: 'caption', videoId, targets: { which: 'all' } }], false, 'ann');
    if (jobId === undefined) throw new Error('a job expected');
    await new Promise<void>((resolve) => onTestFinished(core.events.on('captionText', () => resolve())));
    await core.services.jobs.cancel([jobId]);
    expect(core.services.jobs.get(jobId).state).toBe('cancelled');
    await expect.poll(() => server.abandoned()).toBe(server.seen.length);
    expect(core.services.texts.current(videoId)).toEqual([]);
  });

  it('send each shot as a film of its own where the endpoint takes films', async () => {
    const film = await withEndpoint({}, { sendVideo: 'video_url' });
    const job = await caption(film);
    const shots = film.core.services.shots.list(film.videoId);
    expect(job).toMatchObject({ state: 'done', result: { captioned: shots.length } });
    expect(film.server.seen.map(({ films }) => films.length)).toEqual(shots.map(() => 1));
    expect(film.server.seen.every(({ pictures }) => pictures.length === 0)).toBe(true);
  });
});
