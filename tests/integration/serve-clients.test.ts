import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, readlink, rename } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { openSocketWire } from '../helpers/client-socket.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { logIn, openRawWire, requestText, openRaw, sendRaw } from '../helpers/raw-requests.ts';
import { serveCore } from '../helpers/served-core.ts';
import { addMeasuredVideo, startTestCore, startWithVideo, temporaryFolder } from '../helpers/test-core.ts';

describe('an upload through the server', () => {
  const content = Buffer.from('a short video '.repeat(10_000));

  it('comes in pieces, and becomes a file that the project may add', async () => {
    const { core } = await startWithVideo();
    const served = await serveCore(core);
    const name = `${'日本の夏'.repeat(40)}.mp4`;
    const begun = (await (
      await served.fetch(`/uploads?${new URLSearchParams({ name, size: String(content.length) }).toString()}`, { method: 'POST' })
    ).json()) as { uploadId: string };
    const half = content.length / 2;
    const send = async (from: number, body: Buffer): Promise<Record<string, unknown>> =>
      (await (
        await served.fetch(`/uploads/${begun.uploadId}?from=${from}`, { method: 'PATCH', body: new Uint8Array(body) })
      ).json()) as Record<string, unknown>;
    expect(await send(0, content.subarray(0, half))).toMatchObject({ receivedBytes: half, grant: null });
    expect(await send(0, content.subarray(0, half))).toMatchObject({ code: 'conflict' });
    expect(await (await served.fetch(`/uploads/${begun.uploadId}`)).json()).toMatchObject({ receivedBytes: half });
    const { grant } = (await send(half, content.subarray(half))) as { grant: { grantId: never; name: string } };
    expect(grant.name).toMatch(/^(日本の夏)+.*\.mp4$/u);
    expect(await core.services.videos.add([grant.grantId], 'ann')).toMatchObject({ added: [expect.anything()] });
    expect(served.errors).toEqual([]);
  });

  it('whose line breaks keeps what came', async () => {
    const { core } = startTestCore();
    const served = await serveCore(core);
    const { uploadId } = await core.uploads.begin('holiday.mp4', content.length);
    const socket = await openRaw(served.url);
    socket.write(
      requestText(served.url, `/uploads/${uploadId}?from=0`, {
        method: 'PATCH',
        headers: { Cookie: served.cookie, 'Content-Length': String(content.length) },
      }),
    );
    socket.write(content.subarray(0, 1000));
    await vi.waitFor(async () => expect((await core.uploads.state(uploadId)).receivedBytes).toBe(1000), 10_000);
    socket.resetAndDestroy();
    const rest = await served.fetch(`/uploads/${uploadId}?from=1000`, { method: 'PATCH', body: new Uint8Array(content.subarray(1000)) });
    expect(await rest.json()).toMatchObject({ receivedBytes: content.length, grant: { name: 'holiday.mp4' } });
    expect(served.errors).toEqual([]);
  });

  it.each([
    '/uploads?name=a.mp4',
    '/uploads?name=a.mp4&size=-1',
    '/uploads?name=a.mp4&size=1e9',
    '/uploads?name=a.mp4&size=9999999999999999',
  ])('that says no size is refused: %s', async (address) => {
    const { core } = startTestCore();
    const served = await serveCore(core);
    expect((await served.fetch(address, { method: 'POST' })).status).toBe(400);
  });
});

describe('an upload of somebody who', () => {
  it('has said no name is not begun', async () => {
    const { core } = startTestCore();
    const served = await serveCore(core);
    const answer = await fetch(new URL('/uploads?name=a.mp4&size=3', served.url), {
      method: 'POST',
      headers: { cookie: await logIn(served.annotatorUrl) },
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'forbidden', message: expect.stringContaining('Enter your name first') });
  });

  it('has been shown the door does not go on', async () => {
    const { core } = startTestCore();
    const served = await serveCore(core);
    const { uploadId } = await core.uploads.begin('holiday.mp4', 2000);
    const socket = await openRaw(served.url);
    const closed = once(socket, 'close');
    socket.write(
      requestText(served.url, `/uploads/${uploadId}?from=0`, {
        method: 'PATCH',
        headers: { Cookie: served.cookie, 'Content-Length': '2000' },
      }),
    );
    socket.write(Buffer.alloc(1000));
    await vi.waitFor(async () => expect((await core.uploads.state(uploadId)).receivedBytes).toBe(1000), 10_000);
    for (const { personId } of core.services.people.list()) core.services.people.end(personId);
    await closed;
    expect((await core.uploads.state(uploadId)).path).toBeNull();
    expect(served.errors).toEqual([]);
  });
});

describe('whoever opens as many connections as they get', () => {
  const connectionLimits = { strangers: 4, ofOne: 3, ofRole: { annotator: 5, owner: 4 } } as const;
  const pageStatus = async (url: string, cookie: string): Promise<number> =>
    (await fetch(new URL('/', url), { headers: { cookie, connection: 'close' } })).status;
  const opens = (url: string, cookie: string): Promise<string> =>
    openRawWire(url, cookie).then(
      () => 'open',
      (error: unknown) => String(error),
    );

  it('and says nothing keeps nobody out', async () => {
    const served = await serveCore(startTestCore().core, { connectionLimits });
    const silent = await Promise.all(Array.from({ length: 20 }, () => openRaw(served.url)));
    expect(await pageStatus(served.url, await logIn(served.annotatorUrl))).toBe(200);
    await vi.waitFor(() => expect(silent.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(4), 10_000);
  });

  it('as one person leaves the others their places, and as many annotators the owner’s', async () => {
    const served = await serveCore(startTestCore().core, { connectionLimits });
    const [ben, cleo] = [await logIn(served.annotatorUrl), await logIn(served.annotatorUrl)];
    for (let count = 0; count < 3; count++) expect(await opens(served.url, ben)).toBe('open');
    expect(await opens(served.url, ben)).toContain('503');
    const refused = await fetch(new URL('/', served.url), { headers: { cookie: ben } });
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('Close some of the studio’s pages')]);
    expect(await opens(served.url, cleo)).toBe('open');
    expect(await opens(served.url, cleo)).toBe('open');
    expect(await opens(served.url, await logIn(served.annotatorUrl))).toContain('503');
    expect(await opens(served.url, served.cookie)).toBe('open');
    expect(await pageStatus(served.url, await logIn(served.url))).toBe(200);
  });
});

describe('stills that a client gave up', () => {
  it('leave the line, their ffmpeg is ended, and the next one is made at once', async () => {
    const folder = temporaryFolder();
    const started = path.join(folder, 'started');
    const slowFfmpeg = path.join(folder, 'slow-ffmpeg');
    writeFileSync(slowFfmpeg, `#!/bin/sh\necho $$ >> "${started}"\nexec sleep 60\n`);
    chmodSync(slowFfmpeg, 0o755);
    const test = startTestCore({ config: { ffmpegPath: slowFfmpeg } });
    await test.core.services.projects.createIn(test.dataDir, 'Demo');
    const videoId = await addMeasuredVideo(test);
    const served = await serveCore(test.core);
    const pids = (): number[] => (existsSync(started) ? readFileSync(started, 'utf8').trim().split('\n').map(Number) : []);
    const giveUp = new AbortController();
    const given = Array.from({ length: 40 }, (_, frame) => served.fetch(mediaUrls.frame(videoId, frame, 320), { signal: giveUp.signal }));
    await vi.waitFor(() => expect(pids()).toHaveLength(1), 10_000);
    giveUp.abort();
    await Promise.allSettled(given);
    // One whose turn comes while the others are still hanging up is begun, and ended with its own.
    await vi.waitFor(() => expect(pids().some(isRunning)).toBe(false), 10_000);
    // Between the end of one and the beginning of the next there is a moment without any.
    let begun = 0;
    while (begun !== pids().length) {
      begun = pids().length;
      await delay(500);
    }
    expect(begun).toBeLessThan(40);

    const next = new AbortController();
    const last = served.fetch(mediaUrls.frame(videoId, 99, 320), { signal: next.signal });
    await vi.waitFor(() => expect(pids()).toHaveLength(begun + 1), 10_000);
    next.abort();
    await Promise.allSettled([last]);
    await vi.waitFor(() => expect(pids().some(isRunning)).toBe(false), 10_000);
    expect(served.errors).toEqual([]);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process: exactly what was asked.
    return false;
  }
}

/** A served video of 30 MB, and how often it is open in this process. */
async function serveLargeVideo() {
  const { core, dataDir } = startTestCore();
  await core.services.projects.createIn(dataDir, 'Large');
  const file = path.join(dataDir, 'large.mp4');
  // A real video, as nothing else is served, with much behind it.
  await rename((await makeGoldenVideo('no-audio', dataDir)).path, file);
  await appendFile(file, Buffer.alloc(30_000_000));
  const [videoId] = (await core.services.videos.addFiles([file], 'ann')).added;
  if (videoId === undefined) throw new Error('the video was not added');
  core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await core.services.jobs.idle();
  const served = await serveCore(core);
  const request = requestText(served.url, mediaUrls.video(videoId), { headers: { Cookie: served.cookie } });
  async function openCount(): Promise<number> {
    const links = await Promise.all(readdirSync('/proc/self/fd').map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return links.filter((link) => link === file).length;
  }
  /** A connection on which so many such requests were sent and nothing but the first words of the answer is read. */
  async function ask(requests: number): Promise<Socket> {
    const socket = await openRaw(served.url);
    socket.write(request.repeat(requests));
    await once(socket, 'data');
    socket.pause();
    return socket;
  }
  return { served, openCount, ask };
}

describe.skipIf(!existsSync('/proc/self/fd'))('large answers that nobody reads', () => {
  it('leave no file open when their client goes away', async () => {
    const { served, openCount, ask } = await serveLargeVideo();
    const sockets = await Promise.all(Array.from({ length: 10 }, () => ask(1)));
    expect(await openCount()).toBe(10);
    for (const socket of sockets) socket.resetAndDestroy();
    await vi.waitFor(async () => expect(await openCount()).toBe(0), 10_000);
    expect(served.errors).toEqual([]);
  });

  it('are begun one at a time on a connection that asks for several, and none is begun once it has closed', async () => {
    const { served, openCount, ask } = await serveLargeVideo();
    const sockets = await Promise.all(Array.from({ length: 5 }, () => ask(3)));
    expect(await openCount()).toBe(5);
    for (const socket of sockets) socket.resetAndDestroy();
    await vi.waitFor(async () => expect(await openCount()).toBe(0), 10_000);
    expect(served.errors).toEqual([]);
  });

  it('close the connection that asks for more and more of them', async () => {
    const { served, openCount } = await serveLargeVideo();
    const socket = await openRaw(served.url);
    const closed = once(socket, 'close');
    socket.resume();
    socket.write(requestText(served.url, '/uploads/none', { headers: { Cookie: served.cookie } }).repeat(40));
    await closed;
    expect(await openCount()).toBe(0);
    expect((await served.fetch('/')).status).toBe(200);
  });
});

it('requests that follow each other on one connection are answered in their order', async () => {
  const served = await serveCore(startTestCore().core);
  const [page, nothing] = ['/', '/nothing.js'].map((target) => requestText(served.url, target, { headers: { Cookie: served.cookie } }));
  const answers = await sendRaw(served.url, `${page}${nothing}${page}`);
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
});

describe('a WebSocket', () => {
  it('that brings megabyte after megabyte is read no faster than the studio can, and in the end answered', async () => {
    const served = await serveCore(startTestCore().core);
    const { socket, close } = await openSocketWire(served.url, await logIn(served.annotatorUrl));
    const answers: number[] = [];
    socket.on('message', (data: Buffer) => answers.push((JSON.parse(data.toString()) as { id: number }).id));
    const call = (id: number, input: unknown): void => socket.send(JSON.stringify({ type: 'call', id, path: 'people.me', input }));
    for (let id = 1; id <= 3; id++) call(id, { padding: 'x'.repeat(2_900_000) });
    call(4, {});
    await delay(1_500);
    expect(answers).not.toContain(3);
    await vi.waitFor(() => expect(answers).toEqual([1, 2, 3, 4]), 10_000);
    close();
  });

  it('whose message is larger than any command is closed', async () => {
    const served = await serveCore(startTestCore().core);
    const { socket } = await openSocketWire(served.url, served.cookie);
    socket.send('x'.repeat(3_500_000));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  it('whose other end is gone without a word is ended, and one that lives is not', async () => {
    const { core } = startTestCore();
    const served = await serveCore(core, { pingIntervalMs: 50 });
    const alive = await openSocketWire(served.url, served.cookie);
    // It reads what comes and answers nothing, as a computer does whose lid was closed.
    const dead = await openRawWire(served.url, served.cookie);
    dead.on('data', () => undefined);
    await once(dead, 'close');
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
    alive.close();
  });
});

it('the page comes with its type and its mark, and is not sent twice', async () => {
  const { core } = startTestCore();
  const served = await serveCore(core);
  const page = await served.fetch('/');
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<p>The studio</p>',
  ]);
  expect((await served.fetch('/', { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })).status).toBe(304);
  expect((await served.fetch('/elsewhere.html')).status).toBe(404);
});
