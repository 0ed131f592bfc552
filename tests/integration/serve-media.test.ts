import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { logIn } from '../helpers/raw-requests.ts';
import { serveCore } from '../helpers/served-core.ts';
import { makeProbe, startWithVideo } from '../helpers/test-core.ts';

/** A served video whose rate varies; `ask` is a request of somebody. */
async function serveVideo(change: (core: Core) => Core = (core) => core) {
  const { core, videoId } = await startWithVideo();
  const ptsUs = Float64Array.from({ length: 100 }, (_, frame) => frame * 40_000 + (frame % 7));
  core.services.videos.setProbe(videoId, makeProbe(100), ptsUs);
  const served = await serveCore(change(core));
  const ask = (cookie: string, address: string, method = 'GET'): Promise<Response> =>
    fetch(new URL(address, served.url), { method, headers: { cookie } });
  return { ...served, core, videoId, ptsUs, ask };
}

/** Answers nothing until it is told to, and counts what was asked of it. */
function holdBack(core: Core) {
  const held = Promise.withResolvers<void>();
  const begun: string[] = [];
  async function resolveMedia(url: string): Promise<null> {
    begun.push(url);
    await held.promise;
    return null;
  }
  return { core: { ...core, resolveMedia, resolveMediaHead: resolveMedia }, begun, answer: held.resolve };
}

describe('who asks only whether media are there', () => {
  it('is answered without that they are made', async () => {
    const { core, videoId, ptsUs, cookie, ask } = await serveVideo();
    const address = mediaUrls.frameTimes(videoId);
    const whole = await ask(cookie, address);
    expect(whole.headers.get('content-length')).toBe(String(ptsUs.byteLength));
    expect(new Float64Array(await whole.arrayBuffer())).toEqual(ptsUs);

    const { projects, videos } = core.services;
    videos.setProbe(videoId, makeProbe(100), ptsUs);
    projects.access.session().db.prepare('UPDATE frame_times SET pts_us = ?').run(Buffer.from('spoilt'));
    const head = await ask(cookie, address, 'HEAD');
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'application/octet-stream', '']);
    expect((await ask(cookie, address)).status).toBe(404);
    videos.setProbe(videoId, makeProbe(100), null);
    expect((await ask(cookie, address, 'HEAD')).status).toBe(404);
  });
});

describe('somebody with many connections', () => {
  it.each(['GET', 'HEAD'])('has one long answer made at a time, all annotators together one, and owners theirs: %s', async (method) => {
    let stub: ReturnType<typeof holdBack> | null = null;
    const { videoId, annotatorUrl, cookie, ask } = await serveVideo((core) => (stub = holdBack(core)).core);
    const { begun, answer } = stub ?? { begun: [], answer: () => undefined };
    const [ben, cleo] = [await logIn(annotatorUrl), await logIn(annotatorUrl)];
    const asked = [ben, cleo].flatMap((who) => Array.from({ length: 15 }, () => ask(who, mediaUrls.frameTimes(videoId), method)));
    while (begun.length === 0) await delay(5);
    await delay(200);
    expect(begun).toHaveLength(1);
    const owners = ask(cookie, mediaUrls.frameTimes(videoId), method);
    while (begun.length === 1) await delay(5);
    expect(begun).toHaveLength(2);
    answer();
    expect((await owners).status).toBe(404);
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([404]));
  });

  it('has a few pictures made at a time, and others theirs beside them', async () => {
    let stub: ReturnType<typeof holdBack> | null = null;
    const { videoId, annotatorUrl, ask } = await serveVideo((core) => (stub = holdBack(core)).core);
    const { begun, answer } = stub ?? { begun: [], answer: () => undefined };
    const [ben, cleo] = [await logIn(annotatorUrl), await logIn(annotatorUrl)];
    const asked = Array.from({ length: 20 }, (_, frame) => ask(ben, mediaUrls.frame(videoId, frame, 160)));
    while (begun.length < 6) await delay(5);
    await delay(200);
    expect(begun).toHaveLength(6);
    asked.push(ask(cleo, mediaUrls.frame(videoId, 99, 160)));
    while (begun.length < 7) await delay(5);
    expect(begun.at(-1)).toContain('/99');
    answer();
    await Promise.all(asked);
  });
});
