import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { defaultEndpoint, type Endpoint, isLoopback } from '#shared/domain/endpoint.ts';
import { takeEndpointKeys } from '../../../src-main/hosts/common/secrets-from.ts';
import { startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';
import { startChatServer } from '../../helpers/test-chat-server.ts';
import { saying } from '../../helpers/saying.ts';

const KEY = 'sk-very-secret-1234567890';
const box: Endpoint = { ...defaultEndpoint, id: 'box', title: 'GPU box', baseUrl: 'http://127.0.0.1:9/v1', model: 'test-vlm' };

/** The folder of a studio in which these are set up. */
function withEndpoints(endpoints: readonly Endpoint[]): string {
  const dataDir = temporaryFolder();
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ endpoints }));
  return dataDir;
}

/** Everything that the core wrote. */
function filesOf({ dataDir }: TestCore): string {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => readFileSync(path.join(file.parentPath, file.name), 'latin1')).join('\n');
}

describe('endpoints', () => {
  it('are added, changed and removed, each an engine of its own', async () => {
    const test = startTestCore();
    const { api } = test.as('ann');
    const added = await api.endpoints.save({ endpoint: box });
    expect(added).toEqual({ endpoints: [{ ...box, hasKey: false, isLocal: true }], keysPersist: false });
    await api.endpoints.save({ endpoint: { ...box, title: 'Big box' } });
    expect(test.core.services.endpoints.engineInfos()).toMatchObject([
      { id: 'endpoint:box', role: 'captioner', title: 'Big box', version: 'test-vlm', problem: null },
    ]);
    expect((await api.endpoints.remove({ id: 'box' })).endpoints).toEqual([]);
    expect((await api.settings.get({})).endpoints).toEqual([]);
  });

  it.each([
    ['a password in it', 'http://ann:secret@box/v1'],
    ['another protocol', 'file:///etc/passwd'],
    ['a query', 'http://box/v1?key=secret'],
    ['no address', 'box'],
  ])('refuse an address with %s', async (_what, baseUrl) => {
    const { api } = startTestCore().as('ann');
    await expect(api.endpoints.save({ endpoint: { ...box, baseUrl } })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('know which addresses are of this machine', () => {
    const local = ['http://localhost:1234/v1', 'http://127.0.0.1/v1', 'http://127.1.2.3:80/v1', 'https://[::1]:8000/v1', 'http://127.1/v1'];
    const remote = ['http://localhost.evil.com/v1', 'http://10.0.0.1/v1', 'http://127.0.0.1.nip.io/v1', 'http://box/v1', 'http://[::2]/v1'];
    expect([...local, ...remote].filter(isLoopback)).toEqual(local);
  });
});

describe('the key of an endpoint', () => {
  it('is used, and goes to no client, no file and no log', async () => {
    const test = startTestCore();
    const { api } = test.as('ann');
    const server = await startChatServer({ key: KEY });
    const endpoint = { ...box, baseUrl: server.url };
    const saved = await api.endpoints.save({ endpoint, key: KEY });
    expect(saved.endpoints[0]?.hasKey).toBe(true);
    await expect(api.endpoints.test({ endpoint })).resolves.toMatchObject({
      reads: 'pictures',
      models: ['test-vlm'],
      contextTokens: 4096,
      problem: null,
    });
    for (const answer of [
      saved,
      await api.endpoints.list({}),
      await api.settings.get({}),
      test.core.services.endpoints.engineInfos(),
      test.logger.lines,
      filesOf(test),
    ])
      expect(JSON.stringify(answer)).not.toContain(KEY);
  });

  it('stays when the endpoint is changed, and goes when it is removed', async () => {
    const { api } = startTestCore().as('ann');
    await api.endpoints.save({ endpoint: box, key: KEY });
    expect((await api.endpoints.save({ endpoint: { ...box, model: 'other' } })).endpoints[0]?.hasKey).toBe(true);
    expect((await api.endpoints.save({ endpoint: box, key: null })).endpoints[0]?.hasKey).toBe(false);
    await api.endpoints.save({ endpoint: box, key: KEY });
    await api.endpoints.remove({ id: 'box' });
    expect((await api.endpoints.save({ endpoint: box })).endpoints[0]?.hasKey).toBe(false);
  });

  it('is not taken along to another server', async () => {
    const { api } = startTestCore().as('ann');
    const [mine, other] = [await startChatServer({ key: KEY }), await startChatServer()];
    await api.endpoints.save({ endpoint: { ...box, baseUrl: mine.url }, key: KEY });
    const moved = { ...box, baseUrl: other.url };
    await api.endpoints.test({ endpoint: moved });
    expect((await api.endpoints.save({ endpoint: moved })).endpoints[0]?.hasKey).toBe(false);
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('may come from the surroundings: by id, or for the only endpoint', async () => {
    const secrets = createSessionSecrets(
      new Map([
        ['endpoint', 'for the only one'],
        ['endpoint:box', 'for the box'],
      ]),
    );
    const hasKeys = async (...ids: string[]): Promise<boolean[]> => {
      const { api } = startTestCore({ dataDir: withEndpoints(ids.map((id) => ({ ...box, id }))), host: { secrets } }).as('ann');
      return (await api.endpoints.list({})).endpoints.map(({ hasKey }) => hasKey);
    };
    expect(await hasKeys('other')).toEqual([true]);
    expect(await hasKeys('other', 'box')).toEqual([false, true]);
  });

  it('that comes from the surroundings goes to the server that was set up then, and to none that a client names later', async () => {
    const [mine, other] = [await startChatServer({ key: KEY }), await startChatServer()];
    for (const name of ['endpoint', 'endpoint:box']) {
      const dataDir = withEndpoints([{ ...box, baseUrl: mine.url }]);
      const { api } = startTestCore({ dataDir, host: { secrets: createSessionSecrets(new Map([[name, KEY]])) } }).as('ann');
      const moved = { ...box, baseUrl: other.url };
      await api.endpoints.test({ endpoint: moved });
      expect((await api.endpoints.save({ endpoint: moved })).endpoints[0]?.hasKey).toBe(false);
      await api.settings.update({ endpoints: [{ ...moved, id: 'new' }] });
      await api.endpoints.test({ endpoint: { ...moved, id: 'new' } });
      await api.settings.update({ endpoints: [{ ...box, baseUrl: mine.url }] });
      await expect(api.endpoints.test({ endpoint: { ...box, baseUrl: mine.url } })).resolves.toMatchObject({ reads: 'pictures' });
    }
    expect(other.seen.length).toBeGreaterThan(0);
    expect(new Set(other.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([undefined]));
  });

  it('may name its server in the surroundings, and then works for an endpoint that is set up later', async () => {
    const [mine, other] = [await startChatServer({ key: KEY }), await startChatServer()];
    const secrets = createSessionSecrets(takeEndpointKeys({ SHOTLUCK_ENDPOINT_KEY_BOX: KEY, SHOTLUCK_ENDPOINT_URL_BOX: mine.url }));
    const { api } = startTestCore({ host: { secrets } }).as('ann');
    expect((await api.endpoints.save({ endpoint: { ...box, baseUrl: other.url } })).endpoints[0]?.hasKey).toBe(false);
    expect((await api.endpoints.save({ endpoint: { ...box, baseUrl: mine.url } })).endpoints[0]?.hasKey).toBe(true);
    await expect(api.endpoints.test({ endpoint: { ...box, baseUrl: mine.url } })).resolves.toMatchObject({
      reads: 'pictures',
      problem: null,
    });
  });
});

describe('with networking off', () => {
  it('nothing goes to another machine, and endpoints on this one work on', async () => {
    const test = startTestCore();
    const { api } = test.as('ann');
    const server = await startChatServer();
    await api.settings.update({ allowNetwork: false });
    await api.endpoints.save({ endpoint: { ...box, id: 'far', baseUrl: 'http://192.0.2.1:8000/v1' } });
    await expect(api.endpoints.test({ endpoint: { ...box, baseUrl: 'http://192.0.2.1:8000/v1' } })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('stay off the network'),
    });
    expect(test.core.services.endpoints.engineInfos()[0]?.problem).toEqual(saying(/stay off the network/u));
    await expect(api.endpoints.test({ endpoint: { ...box, baseUrl: server.url } })).resolves.toMatchObject({ reads: 'pictures' });
  });
});

describe('testing a connection', () => {
  it.each([
    [
      'a model that is not there',
      {},
      { model: 'gpt-9' },
      { models: ['test-vlm'], reads: 'nothing', problem: saying('does not offer "gpt-9"') },
    ],
    ['a model that sees nothing', { seesPictures: false }, {}, { reads: 'text', problem: saying('image input is not supported') }],
    ['a key that is missing', { key: KEY }, {}, { models: [], reads: 'nothing', problem: saying('refused the key (401)') }],
  ] as const)('reports %s', async (_what, options, changes, expected) => {
    const { api } = startTestCore().as('ann');
    const server = await startChatServer(options);
    await expect(api.endpoints.test({ endpoint: { ...box, baseUrl: server.url, ...changes } })).resolves.toMatchObject(expected);
  });
});
