import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { onTestFinished, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { GrantId } from '#shared/domain/ids.ts';
import { SESSION_ENDED } from '#shared/contract/wire.ts';
import { findProductPaths } from '../../src-main/hosts/common/product-paths.ts';
import { type RunningServer, startServe } from '../../src-main/hosts/serve/start-serve.ts';
import { runCrowd } from '../helpers/crowd.ts';
import { addCutVideo } from '../helpers/cut-video.ts';
import { freePort } from '../helpers/served-studio.ts';
import { openWire, visitStudio } from '../helpers/studio-visitor.ts';
import { startTestCore, temporaryFolder } from '../helpers/test-core.ts';

interface Served extends RunningServer {
  readonly dataDir: string;
  log(): string;
}

async function serve(options: { dataDir?: string; folder?: string; token?: string; port?: number } = {}): Promise<Served> {
  const dataDir = options.dataDir ?? temporaryFolder();
  const server = await startServe({
    host: '127.0.0.1',
    port: options.port ?? 0,
    open: options.folder === undefined ? { kind: 'last' } : { kind: 'folder', folder: options.folder },
    surroundings: { SHOTLUCK_DATA_DIR: dataDir },
    product: findProductPaths(import.meta.dirname),
    secrets: createSessionSecrets(),
    token: options.token,
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await server.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { ...server, close, dataDir, log: () => readFileSync(path.join(dataDir, 'logs/studio.log'), 'utf8') };
}

/** What a crash leaves of who was let in. */
function sessionsFile({ dataDir, url }: Served): string {
  return path.join(dataDir, `sessions-${new URL(url).port}.json`);
}

/** A project with this many shots, closed again. */
async function makeProject(shotCount: number) {
  const { core, dataDir } = startTestCore();
  const { displayPath } = await core.services.projects.createIn(dataDir, 'Crowd');
  const videoId = await addCutVideo(core, dataDir, shotCount);
  await core.services.projects.close();
  return { folder: displayPath, videoId };
}

/** A request as it is: fetch would not send a foreign Host. */
function ask(url: string, headers: Record<string, string>): Promise<{ status: number; cookies: string[] }> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const sent = request({ hostname, port, path: pathname + search, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, cookies: answer.headers['set-cookie'] ?? [] });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const passed = ({ cookies }: { readonly cookies: readonly string[] }): string => cookies[0]?.split(';')[0] ?? '';

describe('the way into a served studio', () => {
  it('leads to a session of its own each time, whose cookie holds no token and carries the port', async () => {
    const studio = await serve();
    const answers = [await fetch(studio.url, { redirect: 'manual' }), await fetch(studio.url, { redirect: 'manual' })];
    const cookies = answers.map((answer) => answer.headers.get('set-cookie') ?? '');
    expect(new Set(cookies).size).toBe(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(new RegExp(`^shotluck_${new URL(studio.url).port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`, 'u'));
      for (const address of [studio.url, studio.annotatorUrl]) expect(cookie).not.toContain(new URL(address).searchParams.get('token'));
    }
    expect(answers.map((answer) => answer.headers.get('cache-control'))).toEqual(['no-store', 'no-store']);
    const page = await fetch(new URL('/', studio.url), { headers: { cookie: cookies[0]?.split(';')[0] ?? '' } });
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  it('is shut to a foreign host name and to other pages, also with the right token', async () => {
    const studio = await serve();
    const { host } = new URL(studio.url);
    for (const headers of [
      { host: 'studio.example' },
      { host, origin: 'http://other.example' },
      { host, 'sec-fetch-dest': 'image' },
      { host, 'sec-fetch-dest': 'empty' },
    ]) {
      const answer = await ask(studio.url, headers);
      expect([answer.status >= 400, answer.cookies]).toEqual([true, []]);
    }
    expect((await ask(studio.url, { host })).cookies).toHaveLength(1);
  });

  it('leaves a browser its session when a page of another site leads it to an address without more rights', async () => {
    const studio = await serve();
    const { host } = new URL(studio.url);
    const by = (cameFrom: string, cookie?: string) => ({
      host,
      'sec-fetch-site': cameFrom,
      'sec-fetch-dest': 'document',
      ...(cookie && { cookie }),
    });
    const [owner = ''] = (await ask(studio.url, by('none'))).cookies.map((cookie) => cookie.split(';')[0] ?? '');
    const isIn = async (cookie: string): Promise<boolean> => (await ask(new URL('/', studio.url).href, { host, cookie })).status === 200;

    // Along that way the cookie is not sent: nothing is decided yet, and no session given.
    const onTheWay = await ask(studio.annotatorUrl, by('cross-site'));
    expect([onTheWay.status, onTheWay.cookies]).toEqual([
      200,
      [expect.stringMatching(/^shotluck_\d+_passed=1; Max-Age=60; HttpOnly; SameSite=Strict; /u)],
    ]);
    // Nor is it by an address that says that it was led through already.
    expect(await ask(`${studio.annotatorUrl}&again=1`, by('cross-site'))).toMatchObject({ status: 401, cookies: [] });
    // Our page leads on, with the cookie.
    expect(await ask(`${studio.annotatorUrl}&again=1`, by('same-origin', owner))).toMatchObject({ status: 303, cookies: [] });
    expect(await isIn(owner)).toBe(true);
    // The same to other machines, where browsers say less.
    const browser = { host, 'upgrade-insecure-requests': '1' };
    expect((await ask(studio.annotatorUrl, browser)).status).toBe(200);
    expect(await ask(`${studio.annotatorUrl}&again=1`, { ...browser, cookie: owner })).toMatchObject({ status: 303, cookies: [] });
    // Whoever has none is let in.
    const [annotator = ''] = (await ask(`${studio.annotatorUrl}&again=1`, { ...browser, cookie: 'a=b; '.concat(passed(onTheWay)) }))
      .cookies;
    const ofAnnotator = annotator.split(';')[0] ?? '';
    expect(await isIn(ofAnnotator)).toBe(true);
    // More rights are taken, and end the session with less.
    expect((await ask(studio.url, by('none', ofAnnotator))).cookies).toHaveLength(1);
    expect([await isIn(ofAnnotator), await isIn(owner)]).toEqual([false, true]);
  });

  it('is slowed down after wrong tokens, which the log counts and does not name', async () => {
    const studio = await serve();
    const wrong = new URL(studio.url);
    wrong.searchParams.set('token', 'wrong-wrong-wrong-wrong-wrong');
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) statuses.push((await fetch(wrong, { redirect: 'manual' })).status);
    expect(statuses.slice(0, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await fetch(studio.url, { redirect: 'manual' })).status).toBe(429);
    expect(studio.log()).toContain('a wrong token was tried');
    for (const token of ['wrong-wrong', new URL(studio.url).searchParams.get('token') ?? '?']) expect(studio.log()).not.toContain(token);
  });

  it('ends for one browser when the owner says so, and for all when the studio is closed', async () => {
    const studio = await serve();
    const [ann, ben] = [await visitStudio(studio.url, 'Ann'), await visitStudio(studio.annotatorUrl, 'Ben')];
    const ofBen = (await ann.api.people.list({})).find(({ name }) => name === 'Ben');
    if (ofBen === undefined) throw new Error('Ben is not here');
    await ann.api.people.end({ personId: ofBen.personId });
    expect(await ben.closed).toBe(SESSION_ENDED);
    await expect(openWire(studio.url, ben.cookie)).rejects.toThrow('401');
    expect((await fetch(new URL('/', studio.url), { headers: { cookie: ben.cookie } })).status).toBe(401);
    await studio.close();
    expect(await ann.closed).toBeGreaterThan(1000);
  });

  it('stays open over a crash for those who were in, under the same secret only', async () => {
    const token = randomBytes(24).toString('base64url');
    const port = await freePort();
    const first = await serve({ token, port });
    const ann = await visitStudio(first.url, 'Ann');
    await ann.api.settings.personalise({ theme: 'dark' });
    const file = sessionsFile(first);
    const kept = readFileSync(file, 'utf8');
    expect(kept).not.toContain(ann.cookie.split('=')[1]);

    await first.close();
    // What a crash leaves behind: the file as it is while the studio runs. One session that cannot be read costs no other.
    const { sessions, ...rest } = JSON.parse(kept) as { readonly sessions: readonly Record<string, unknown>[] };
    const odd = { secretHash: 'x', state: { name: 'x'.repeat(500) } };
    const left = JSON.stringify({ ...rest, sessions: [odd, ...sessions] });
    writeFileSync(file, left);
    const second = await serve({ dataDir: first.dataDir, token, port });
    expect(await (await openWire(second.url, ann.cookie)).api.settings.get({})).toMatchObject({ userName: 'Ann', theme: 'dark' });
    expect(new URL(second.annotatorUrl).search).toBe(new URL(first.annotatorUrl).search);
    await second.close();
    writeFileSync(file, left);
    const third = await serve({ dataDir: first.dataDir, token: randomBytes(24).toString('base64url'), port });
    await expect(openWire(third.url, ann.cookie)).rejects.toThrow('401');
  });

  it('is of one studio alone, also where two share a data folder and a secret', async () => {
    const token = randomBytes(24).toString('base64url');
    const [port, otherPort] = [await freePort(), await freePort()];
    const studio = await serve({ token, port });
    const [ann, ben] = [await visitStudio(studio.url, 'Ann'), await visitStudio(studio.url, 'Ben')];
    const other = await serve({ dataDir: studio.dataDir, token, port: otherPort });
    const ofBen = (await ann.api.people.list({})).find(({ name }) => name === 'Ben');
    if (ofBen === undefined) throw new Error('Ben is not here');
    await ann.api.people.end({ personId: ofBen.personId });
    const atOther = ben.cookie.replace(`shotluck_${port}`, `shotluck_${otherPort}`);
    await expect(openWire(other.url, atOther)).rejects.toThrow('401');

    // Whatever the other one writes, after a crash those of the first are in who were in; also where a second one finds the port taken.
    await visitStudio(other.url, 'Cleo');
    await other.close();
    await expect(serve({ dataDir: studio.dataDir, token, port })).rejects.toThrow(String(port));
    const left = readFileSync(sessionsFile(studio));
    await studio.close();
    writeFileSync(sessionsFile(studio), left);
    const again = await serve({ dataDir: studio.dataDir, token, port });
    expect(await (await openWire(again.url, ann.cookie)).api.people.me({})).toMatchObject({ name: 'Ann' });
    await expect(openWire(again.url, ben.cookie)).rejects.toThrow('401');
  });
});

describe('thirty people on one served studio', () => {
  it('lose no acknowledged words, cross none, and each take back their own step', async () => {
    const { folder, videoId } = await makeProject(30);
    const studio = await serve({ folder });
    const report = await runCrowd({ annotatorUrl: studio.annotatorUrl, videoId, people: 30, seconds: 4, pauseMs: 800 });
    expect(report.acknowledgedMs.length).toBeGreaterThan(30);
    expect({ lost: report.lost, crossed: report.crossed, undone: report.undone }).toEqual({ lost: 0, crossed: 0, undone: 30 });
  });
});

/** A small file in one piece. */
async function uploadWords(url: string, cookie: string): Promise<GrantId> {
  const send = async (address: string, init: RequestInit): Promise<unknown> =>
    (await fetch(new URL(address, url), { ...init, headers: { cookie } })).json();
  const { uploadId } = z.object({ uploadId: z.string() }).parse(await send('/uploads?name=notes.txt&size=5', { method: 'POST' }));
  return z
    .object({ grant: z.object({ grantId: GrantId }) })
    .parse(await send(`/uploads/${uploadId}?from=0`, { method: 'PATCH', body: 'words' })).grant.grantId;
}

describe('what a browser is sent when something fails', () => {
  it('holds no absolute path, whoever asks', async () => {
    const { folder, videoId } = await makeProject(2);
    const studio = await serve({ folder });
    const owner = await visitStudio(studio.url, 'Ann');
    const { api } = owner;
    const notices: unknown[] = [];
    owner.on('notice', (notice) => notices.push(notice));
    const ghost = 'not-there';
    const failing: Promise<unknown>[] = [
      api.projects.create({ name: 'a/b' }),
      api.projects.create({ name: 'Crowd', locationGrantId: ghost }),
      api.projects.open({ ref: ghost }),
      api.projects.open({ grantId: ghost }),
      api.videos.add({ grantIds: [ghost] }),
      api.videos.relink({ videoId, grantId: ghost }),
      api.models.addFolder({ grantId: ghost }),
      api.models.testRun({ modelId: ghost }),
      api.models.testPicture({ modelId: 'shotluck-nano' }),
      api.transcripts.importFile({ videoId, grantId: ghost }),
      api.transfer.preview({ formatId: ghost, options: {} }),
      api.shots.split({ videoId, frame: 1_000_000 }),
      api.texts.edit({ videoId: ghost, shotId: null, kind: 'summary', text: 'x' }),
    ];
    const received: unknown[] = (await Promise.allSettled(failing)).map((result) =>
      result.status === 'rejected' ? String(result.reason) : result.value,
    );
    const grantId = await uploadWords(studio.url, owner.cookie);
    received.push(
      ...(
        await Promise.allSettled([
          api.transcripts.importFile({ videoId, grantId }),
          api.videos.add({ grantIds: [grantId] }),
          api.projects.open({ grantId }),
          api.models.addFolder({ grantId }),
        ])
      ).map(String),
    );
    await api.jobs.enqueue({
      requests: [
        { kind: 'detect', videoId, detectorId: 'adaptive' },
        { kind: 'import-dataset', formatId: 'shot2story', grantId },
      ],
    });
    await expect
      .poll(async () => (await api.jobs.list({})).every(({ finishedAtMs }) => finishedAtMs !== null), { timeout: 40_000 })
      .toBe(true);
    received.push(
      await api.jobs.list({}),
      (await api.videos.list({})).videos,
      await api.projects.current({}),
      await api.projects.recent({}),
      await api.models.list({}),
      await api.models.engines({}),
      await api.models.folder({}),
      await api.system.info({}),
      notices,
    );
    const text = JSON.stringify(received);
    expect(text).toContain('crowd.mp4');
    for (const place of [studio.dataDir, folder, path.dirname(folder), process.cwd()]) expect(text).not.toContain(place);
    expect(text.match(/(?<![\w:/<.-])\/(?:tmp|home|root|usr|var|opt|mnt)\b[^"\s]*/gu) ?? []).toEqual([]);
  });
});
