import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CoreHost } from '#core/base/host.ts';
import type { ModelDownload } from '#shared/contract/views.ts';
import { answer, breakAfter, COMMIT, ignoreRange, type LocalHub, sha256, stallAfter, startLocalHub } from '../../helpers/local-hub.ts';
import { mountSmallDisk } from '../../helpers/small-disk.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import { tinyManifest, tinyModelFiles } from './support/tiny-model.ts';
import { readNotice, type ReadNotice } from '../../helpers/notices.ts';
import { saying } from '../../helpers/saying.ts';

const REPO = 'studio-tests/tiny';
const BIG = 'onnx/decoder_model_merged_quantized.onnx';

interface Options {
  readonly hub: LocalHub;
  readonly dataDir?: string;
  readonly retries?: number;
  readonly stallMs?: number;
  readonly host?: Partial<CoreHost>;
}

/** A core whose catalogue has the tiny model, and a client of it. */
function studio({ hub, dataDir = temporaryFolder(), retries = 2, stallMs = 5_000, host = {} }: Options) {
  mkdirSync(path.join(dataDir, 'product-models'), { recursive: true });
  writeFileSync(path.join(dataDir, 'product-models/manifest.json'), tinyManifest(REPO));
  const test = startTestCore({
    dataDir,
    host,
    config: { hub: { url: hub.url, retryDelaysMs: Array.from({ length: retries }, () => 5), stallMs } },
  });
  const { api } = test.as('ann');
  const progress: ModelDownload[] = [];
  const notices: ReadNotice[] = [];
  test.core.events.on('modelDownload', (download) => progress.push(download));
  test.core.events.on('notice', (notice) => notices.push(readNotice(notice)));
  const begin = (variantId?: string) =>
    api.models.download({ modelId: 'tiny', acceptsLicence: true, ...(variantId !== undefined && { variantId }) });
  async function download(variantId?: string): Promise<ModelDownload | undefined> {
    await begin(variantId);
    await test.core.services.models.downloads.idle();
    return (await api.models.downloads({}))[0];
  }
  const tiny = async () => (await api.models.list({})).find((model) => model.id === 'tiny');
  return {
    ...test,
    api,
    progress,
    notices,
    begin,
    download,
    tiny,
    folder: path.join(dataDir, 'models/tiny'),
    staging: path.join(dataDir, 'models/.downloads/tiny'),
  };
}

/** Ends with the test. */
async function startHub(repo = REPO, files = tinyModelFiles(), nextPage?: (url: URL) => string | null): Promise<LocalHub> {
  const hub = await startLocalHub(repo, files, nextPage);
  onTestFinished(() => hub.close());
  return hub;
}

describe('a model of the catalogue', () => {
  it('is there to be had, and nothing is fetched before somebody asks', async () => {
    const hub = await startHub();
    const { tiny, api } = studio({ hub });
    expect(await tiny()).toMatchObject({
      state: 'available',
      stateReason: null,
      delivery: 'hub',
      isSizeApproximate: true,
      canRemove: false,
      installedVariantId: null,
    });
    expect((await api.models.list({})).find((model) => model.id === 'holmes')).toMatchObject({ state: 'available', delivery: 'convert' });
    expect((await api.models.engines({})).map((engine) => engine.id)).not.toContain('tiny');
    expect(hub.fileRequests).toEqual([]);
  });

  it('is downloaded, checked and ready to use, with a record of what it is', async () => {
    const hub = await startHub();
    const { download, tiny, core, folder, staging, progress, notices, api } = studio({ hub });
    expect(await download()).toBeUndefined();
    expect(await tiny()).toMatchObject({ state: 'installed', isSizeApproximate: false, canRemove: true, installedVariantId: 'q8' });
    const receipt: unknown = JSON.parse(readFileSync(path.join(folder, 'shotluck-model.json'), 'utf8'));
    expect(receipt).toMatchObject({ modelId: 'tiny', variantId: 'q8', repo: REPO, commit: COMMIT });
    // Only the chosen weights, and the small files.
    expect(readdirSync(path.join(folder, 'onnx'))).toHaveLength(3);
    expect(existsSync(path.join(folder, 'model.safetensors'))).toBe(false);
    expect(existsSync(path.join(folder, 'README.md'))).toBe(true);
    expect(existsSync(staging)).toBe(false);
    expect(await core.services.models.list()).toContainEqual(expect.objectContaining({ id: 'tiny', state: 'installed' }));
    expect((await api.models.engines({})).find((engine) => engine.id === 'tiny')).toMatchObject({ role: 'captioner', problem: null });
    expect(progress.at(-1)).toMatchObject({ modelId: 'tiny', state: 'checking' });
    expect(progress.at(-1)?.receivedBytes).toBe(progress.at(-1)?.totalBytes);
    expect(notices).toContainEqual(expect.objectContaining({ level: 'info', title: 'Model installed' }));
  });

  it('goes on by itself, with what came before, when the connection breaks', async () => {
    const hub = await startHub();
    hub.nextTime(BIG, breakAfter(50_000), breakAfter(30_000));
    const { download, tiny } = studio({ hub });
    expect(await download()).toBeUndefined();
    expect(await tiny()).toMatchObject({ state: 'installed' });
    const ranges = hub.fileRequests
      .filter((request) => request.startsWith(BIG))
      .map((request) => Number(/bytes=(\d+)-/u.exec(request)?.[1] ?? 0));
    expect(ranges).toHaveLength(3);
    expect(ranges[1]).toBeGreaterThan(0);
    expect(ranges[2]).toBeGreaterThanOrEqual(ranges[1] ?? 0);
  });

  it('starts a file anew where the server cannot go on in the middle', async () => {
    const hub = await startHub();
    hub.nextTime(BIG, breakAfter(50_000), ignoreRange);
    const { download, tiny } = studio({ hub });
    await download();
    expect(await tiny()).toMatchObject({ state: 'installed' });
  });

  it('gives up a connection that says nothing any more', async () => {
    const hub = await startHub();
    hub.nextTime(BIG, stallAfter(10), stallAfter(10));
    const { download } = studio({ hub, retries: 1, stallMs: 100 });
    expect(await download()).toMatchObject({
      state: 'failed',
      error: { code: 'network', message: expect.stringContaining('stopped sending') },
    });
  });

  it('whose file has another hash is not installed, and the file is deleted', async () => {
    const hub = await startHub();
    hub.claimHash(BIG, sha256(Buffer.from('something else')));
    const { download, folder, staging, tiny, notices } = studio({ hub });
    expect(await download()).toMatchObject({ state: 'failed', error: { code: 'model-broken', message: expect.stringContaining(BIG) } });
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(path.join(staging, 'files', `${BIG}.part`))).toBe(false);
    expect(existsSync(path.join(staging, 'files/config.json'))).toBe(true);
    expect(await tiny()).toMatchObject({ state: 'available' });
    expect(notices).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  it('whose small file was changed on the way is found out by Git’s id', async () => {
    const hub = await startHub();
    hub.nextTime('config.json', (_request, response, content) => void response.writeHead(200).end(Buffer.alloc(content.length, 'x')));
    const { download } = studio({ hub });
    expect(await download()).toMatchObject({
      state: 'failed',
      error: { code: 'model-broken', message: expect.stringContaining('config.json') },
    });
    expect(await download()).toBeUndefined();
  });

  it.each([
    [404, 'not-found'],
    [403, 'unsupported'],
    [503, 'network'],
  ])('says what is wrong when a file is answered with %i', async (status, code) => {
    const hub = await startHub();
    // Trouble of the server is given a second chance; a refusal is not.
    hub.nextTime(BIG, ...Array.from({ length: code === 'network' ? 2 : 1 }, () => answer(status)));
    const { download } = studio({ hub, retries: 1 });
    expect(await download()).toMatchObject({ state: 'failed', error: { code, message: expect.stringContaining(BIG) } });
    // What came is kept; asked again, it goes on.
    expect(await download()).toBeUndefined();
  });

  it('is refused before anything is fetched when the disk has no room', async () => {
    const hub = await startHub();
    const { download } = studio({ hub, host: { freeBytes: () => Promise.resolve(1_000_000) } });
    expect(await download()).toMatchObject({
      state: 'failed',
      error: { code: 'disk-full', message: expect.stringMatching(/only 1 MB are free/u) },
    });
    expect(hub.fileRequests).toEqual([]);
  });

  it('that the hub does not have, or not with these weights, is named', async () => {
    const hub = await startHub();
    const { download } = studio({ hub });
    expect(await download('q4')).toMatchObject({
      state: 'failed',
      error: { code: 'not-found', message: expect.stringContaining('onnx/gone_q4.onnx') },
    });
    const elsewhere = await startHub('someone/else', {});
    expect(await studio({ hub: elsewhere }).download()).toMatchObject({
      error: { code: 'not-found', message: expect.stringContaining(REPO) },
    });
  });

  it('with a file name that leads out of its folder is not trusted', async () => {
    const hub = await startHub(REPO, { ...tinyModelFiles(), 'x\\..\\..\\evil.json': Buffer.from('{}') });
    const { download } = studio({ hub });
    expect(await download()).toMatchObject({
      state: 'failed',
      error: { code: 'model-broken', message: expect.stringContaining('Nothing was downloaded') },
    });
    expect(hub.fileRequests).toEqual([]);
  });

  it('with a file in the place of the studio’s own record is not trusted', async () => {
    const hub = await startHub(REPO, { ...tinyModelFiles(), 'shotluck-model.json': Buffer.from('{}') });
    expect(await studio({ hub }).download()).toMatchObject({
      state: 'failed',
      error: { code: 'model-broken', message: expect.stringContaining('Nothing was downloaded') },
    });
    expect(hub.fileRequests).toEqual([]);
  });

  it.each([
    ['has no end', (url: URL) => `${url.origin}${url.pathname}?cursor=1`, 'has too many pages'],
    ['goes on somewhere else', () => 'http://127.0.0.1:9/list', 'continues at 127.0.0.1:9'],
  ])('whose list of files %s is given up, with the reason', async (_what, nextPage, reason) => {
    const hub = await startHub(REPO, { 'x.json': Buffer.from('{}'), 'y.json': Buffer.from('{}') }, nextPage);
    expect(await studio({ hub, retries: 0 }).download()).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining(reason) },
    });
  });

  it('that sends more than it announced is cut off', async () => {
    const hub = await startHub();
    hub.nextTime('config.json', (_request, response, content) => void response.writeHead(200).end(Buffer.concat([content, content])));
    const { download } = studio({ hub });
    expect(await download()).toMatchObject({
      state: 'failed',
      error: { code: 'model-broken', message: expect.stringContaining('sent more') },
    });
  });
});

describe('a download', () => {
  it('waits as if it was cancelled once the network is switched off, and no more is asked for', async () => {
    const hub = await startHub();
    hub.nextTime(BIG, stallAfter(120_000));
    const { core, api, begin, progress } = studio({ hub });
    await begin();
    await expect.poll(() => progress.at(-1)?.file === BIG && progress.at(-1)?.receivedBytes).toBeTruthy();
    core.services.settings.update({ allowNetwork: false });
    await core.services.models.downloads.idle();
    expect(await api.models.downloads({})).toMatchObject([{ state: 'paused', error: null }]);
    await expect(begin()).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('can be cancelled, keeps what came, and goes on when asked, also in another run of the studio', async () => {
    const hub = await startHub();
    hub.nextTime(BIG, stallAfter(120_000));
    const first = studio({ hub });
    await first.begin();
    await expect.poll(() => first.progress.at(-1)?.file === BIG && first.progress.at(-1)?.receivedBytes).toBeTruthy();
    await expect
      .poll(
        () =>
          existsSync(path.join(first.staging, 'files', `${BIG}.part`)) && statSync(path.join(first.staging, 'files', `${BIG}.part`)).size,
      )
      .toBeGreaterThan(0);
    await first.api.models.cancelDownload({ modelId: 'tiny' });
    const stopped = (await first.api.models.downloads({}))[0];
    expect(stopped).toMatchObject({ state: 'paused', error: null });
    expect(stopped?.receivedBytes).toBeGreaterThan(0);
    await first.core.close();

    const second = studio({ hub, dataDir: first.dataDir });
    const waiting = (await second.api.models.downloads({}))[0];
    expect(waiting).toMatchObject({ modelId: 'tiny', state: 'paused', receivedBytes: stopped?.receivedBytes });
    // Nothing goes on by itself.
    const requestsBefore = hub.fileRequests.length;
    expect(await second.download()).toBeUndefined();
    expect(hub.fileRequests.slice(requestsBefore).filter((request) => request.startsWith(BIG))[0]).toMatch(/bytes=\d+-/u);
    expect(await second.tiny()).toMatchObject({ state: 'installed' });
  });

  it('that fails on a full disk ends alone, and says so', async ({ skip }) => {
    const disk = mountSmallDisk(8);
    if (disk === null) return skip('mounting a file system in memory is not allowed here');
    onTestFinished(() => disk.unmount());
    const hub = await startHub();
    hub.nextTime(BIG, stallAfter(20_000));
    const { core, begin, progress, notices } = studio({
      hub,
      dataDir: disk.dir,
      retries: 0,
      stallMs: 1_500,
      // It looked as if there were room.
      host: { freeBytes: () => Promise.resolve(1e12) },
    });
    await begin();
    await expect.poll(() => progress.at(-1)?.file === BIG && progress.at(-1)?.receivedBytes).toBeTruthy();
    disk.fill();
    await core.services.models.downloads.idle();
    expect(notices).toEqual([expect.objectContaining({ level: 'error', title: expect.stringContaining('was not downloaded') })]);
  });

  it('can be discarded, and leaves nothing behind', async () => {
    const hub = await startHub();
    hub.nextTime(BIG, stallAfter(10));
    const { begin, api, staging } = studio({ hub });
    await begin();
    await expect.poll(() => existsSync(path.join(staging, 'files'))).toBe(true);
    await api.models.discardDownload({ modelId: 'tiny' });
    expect(existsSync(staging)).toBe(false);
    expect(await api.models.downloads({})).toEqual([]);
  });

  it('goes on while projects open and close', async () => {
    const hub = await startHub();
    hub.nextTime(BIG, breakAfter(1_000));
    const { begin, api, core, tiny } = studio({ hub });
    await begin();
    await api.projects.create({ name: 'Demo' });
    await api.projects.close({});
    await core.services.models.downloads.idle();
    expect(await tiny()).toMatchObject({ state: 'installed' });
  });

  it('is not begun while the network is switched off, nor for a model that is no download', async () => {
    const hub = await startHub();
    const { begin, api } = studio({ hub });
    await expect(api.models.download({ modelId: 'holmes', acceptsLicence: true })).rejects.toMatchObject({ code: 'not-found' });
    await expect(api.models.download({ modelId: '../tiny', acceptsLicence: true })).rejects.toMatchObject({ code: 'not-found' });
    await expect(begin('q9')).rejects.toMatchObject({ code: 'not-found' });
    await api.settings.update({ allowNetwork: false });
    await expect(begin()).rejects.toMatchObject({ code: 'unsupported' });
    expect(hub.fileRequests).toEqual([]);
  });

  it('of other weights takes the place of those that were there', async () => {
    const hub = await startHub();
    const { download, folder, tiny } = studio({ hub });
    await download('q8');
    await download('fp16');
    expect(readdirSync(path.join(folder, 'onnx'))).toEqual(['other_fp16.onnx']);
    // Complete as a download, and yet no captioner: the reader of its folder says what is missing.
    expect(await tiny()).toMatchObject({
      installedVariantId: 'fp16',
      state: 'missing',
      stateReason: saying('onnx/vision_encoder.onnx'),
    });
  });
});

describe('a downloaded model', () => {
  it('that was changed on disk is found damaged, and can be downloaded again', async () => {
    const hub = await startHub();
    const { download, folder, tiny } = studio({ hub });
    await download();
    writeFileSync(path.join(folder, BIG), 'not this');
    expect(await tiny()).toMatchObject({ state: 'broken', stateReason: saying(BIG) });
    await download();
    expect(await tiny()).toMatchObject({ state: 'installed' });
  });

  it('can be removed; as the chosen captioner it gives its place to the embedded one', async () => {
    const hub = await startHub();
    const { download, folder, tiny, api } = studio({ hub });
    await download();
    await api.settings.update({ captionerId: 'tiny' });
    await api.models.remove({ modelId: 'tiny' });
    expect(existsSync(folder)).toBe(false);
    expect(await tiny()).toMatchObject({ state: 'available' });
    expect((await api.settings.get({})).captionerId).toBe('shotluck-nano');
    await expect(api.models.remove({ modelId: 'tiny' })).rejects.toMatchObject({ code: 'unsupported' });
  });
});
