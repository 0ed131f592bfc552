import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileHasher } from '#core/models/file-hasher.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import { tinyManifest, tinyModelFiles, writeTinyModel } from './support/tiny-model.ts';
import { saying } from '../../helpers/saying.ts';

function studio() {
  const dataDir = temporaryFolder();
  mkdirSync(path.join(dataDir, 'product-models'));
  writeFileSync(path.join(dataDir, 'product-models/manifest.json'), tinyManifest('a/b'));
  const models = path.join(dataDir, 'models');
  const test = startTestCore({ dataDir });
  const { api } = test.as('ann');
  const modelOf = async (name: string) => (await api.models.list({})).find(({ id }) => id === `own:${name}`);
  return { ...test, api, models, modelOf };
}

const replace = (folder: string, file: string, make: (at: string) => void): void => {
  rmSync(path.join(folder, file), { recursive: true, force: true });
  make(path.join(folder, file));
};

const makePipe = (at: string): void => void execFileSync('mkfifo', [at]);
const linkTo = (target: string) => (at: string) => symlinkSync(target, at);

/** What is done to a good folder, and what is said of it then. */
const SPOILT: readonly [what: string, spoil: (folder: string) => void, reason: RegExp][] = [
  ['a pipe as config', (folder) => replace(folder, 'config.json', makePipe), /config\.json: it is a pipe/u],
  ['a pipe as tokenizer', (folder) => replace(folder, 'tokenizer.json', makePipe), /tokenizer\.json: it is a pipe/u],
  [
    'a pipe as network',
    (folder) => replace(folder, 'onnx/vision_encoder_quantized.onnx', makePipe),
    /vision_encoder_quantized\.onnx: it is a pipe/u,
  ],
  [
    'a network that is a folder',
    (folder) => replace(folder, 'onnx/embed_tokens_quantized.onnx', (at) => mkdirSync(at)),
    /embed_tokens_quantized\.onnx: it is a folder/u,
  ],
  ['a config that is a folder', (folder) => replace(folder, 'config.json', (at) => mkdirSync(at)), /config\.json: it is a folder/u],
  [
    'networks that are a file',
    (folder) => replace(folder, 'onnx', (at) => writeFileSync(at, '')),
    /onnx\/vision_encoder\.onnx is missing/u,
  ],
  ['a config without end', (folder) => replace(folder, 'config.json', linkTo('/dev/zero')), /config\.json: it is a device/u],
  [
    'a config that links to itself',
    (folder) => replace(folder, 'config.json', linkTo('config.json')),
    /config\.json: it is a link that points to itself/u,
  ],
  [
    'a network that leads nowhere',
    (folder) => replace(folder, 'onnx/vision_encoder_quantized.onnx', linkTo('gone.onnx')),
    /vision_encoder_quantized\.onnx is missing/u,
  ],
  [
    'links in a circle',
    (folder) =>
      [
        ['a.json', 'config.json'],
        ['config.json', 'a.json'],
      ].forEach(([name = '', target = '']) => replace(folder, name, linkTo(target))),
    /points to itself/u,
  ],
  [
    'a config of many megabytes',
    (folder) => truncateSync(path.join(folder, 'config.json'), 2_000_000_000),
    /config\.json: it is 2,000 MB/u,
  ],
  [
    'thousands of files',
    (folder) => Array.from({ length: 10_001 }, (_, index) => writeFileSync(path.join(folder, `${index}.bin`), '')),
    /contains more than 10,000 files/u,
  ],
  [
    'a config of nested lists',
    (folder) => writeFileSync(path.join(folder, 'config.json'), '['.repeat(200_000)),
    /config\.json: not valid JSON/u,
  ],
  [
    'a tokenizer of nested lists',
    (folder) => writeFileSync(path.join(folder, 'tokenizer.json'), `{"model":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    /tokenizer\.json/u,
  ],
  [
    'a config of millions of values',
    (folder) => writeFileSync(path.join(folder, 'config.json'), `{"x":[${'0,'.repeat(3_100_000)}0]}`),
    /config\.json: it has more than 3,000,000 values/u,
  ],
  [
    'a network of which almost nothing is stored',
    (folder) => truncateSync(path.join(folder, 'onnx/vision_encoder_quantized.onnx'), 300_000_000_000),
    /vision_encoder_quantized\.onnx: it is a sparse file/u,
  ],
  ['an empty network', (folder) => truncateSync(path.join(folder, 'onnx/vision_encoder_quantized.onnx'), 0), /the file is empty/u],
];

describe('a model folder that is broken', () => {
  it.each(SPOILT)('by %s is listed with its reason, and a good one beside it works', async (_what, spoil, reason) => {
    const { models, modelOf, api } = studio();
    writeTinyModel(path.join(models, 'good'));
    spoil(writeTinyModel(path.join(models, 'bad')));
    expect((await modelOf('bad'))?.state).toMatch(/^(?:broken|missing)$/u);
    expect((await modelOf('bad'))?.stateReason).toEqual(saying(reason));
    expect(await modelOf('good')).toMatchObject({ state: 'installed' });
    expect((await api.models.engines({})).find(({ id }) => id === 'own:bad')?.problem).toEqual(saying(reason));
  });

  it('because it is no more than a link to nothing, or to itself, is listed with its reason', async () => {
    const { models, modelOf } = studio();
    writeTinyModel(path.join(models, 'good'));
    symlinkSync(path.join(models, 'gone'), path.join(models, 'nowhere'));
    symlinkSync('circle', path.join(models, 'circle'));
    expect(await modelOf('nowhere')).toMatchObject({ state: 'missing' });
    expect(await modelOf('circle')).toMatchObject({ state: 'broken', stateReason: saying('points to itself') });
    expect(await modelOf('good')).toMatchObject({ state: 'installed' });
  });

  it('because its config is a socket is listed with its reason', async () => {
    const { models, modelOf } = studio();
    const folder = writeTinyModel(path.join(models, 'bad'));
    const server = createServer();
    onTestFinished(() => void server.close());
    rmSync(path.join(folder, 'config.json'));
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'config.json'), resolve));
    expect(await modelOf('bad')).toMatchObject({
      state: 'broken',
      stateReason: saying('config.json: it is a device or a socket'),
    });
  });

  it.skipIf(process.getuid?.() === 0)('because it may not be read is listed with its reason', async () => {
    const { models, modelOf } = studio();
    const folder = writeTinyModel(path.join(models, 'bad'));
    chmodSync(path.join(folder, 'config.json'), 0);
    expect(await modelOf('bad')).toMatchObject({
      state: 'broken',
      stateReason: saying('does not have permission to read'),
    });
  });

  it('and was linked from elsewhere does not stop the list, nor does a list of links that is a pipe', async () => {
    const { models, modelOf, api, core } = studio();
    const elsewhere = writeTinyModel(path.join(temporaryFolder(), 'elsewhere'));
    await api.models.addFolder({ grantId: (await core.files.grantPath(elsewhere)).grantId });
    replace(elsewhere, 'config.json', makePipe);
    expect(await modelOf('elsewhere')).toMatchObject({ state: 'broken', stateReason: saying('pipe') });
    replace(models, 'folders.json', makePipe);
    expect((await api.models.list({})).length).toBeGreaterThan(0);
  });

  it('in the place of a download is listed with its reason', async () => {
    const { models, api } = studio();
    const folder = writeTinyModel(path.join(models, 'tiny'));
    makePipe(path.join(folder, 'shotluck-model.json'));
    expect((await api.models.list({})).find(({ id }) => id === 'tiny')).toMatchObject({ state: 'broken' });
  });

  it('leaves the models of the studio even where the folder of own models is a file', async () => {
    const { models, api } = studio();
    replace(path.dirname(models), 'models', (at) => writeFileSync(at, ''));
    expect((await api.models.list({})).map(({ id }) => id)).toEqual(['tiny', 'holmes']);
  });
});

describe('links that are as they should be', () => {
  it('to files elsewhere, as in the cache of the hub, make a good model with its true size', async () => {
    const { models, modelOf } = studio();
    const blobs = temporaryFolder();
    const folder = path.join(models, 'cached');
    let bytes = 0;
    for (const [index, [file, content]] of Object.entries(tinyModelFiles()).entries()) {
      const blob = path.join(blobs, String(index));
      writeFileSync(blob, content);
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      symlinkSync(blob, path.join(folder, file));
      bytes += content.length;
    }
    expect(await modelOf('cached')).toMatchObject({ state: 'installed', sizeBytes: bytes });
  });
});

describe('the hash of a file', () => {
  it('that is written meanwhile is refused, and right the next time', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'weights');
    writeFileSync(file, Buffer.alloc(64_000_000));
    const hasher = createFileHasher(path.join(folder, 'cache.json'), createRecordingLogger());
    const writing = setInterval(() => appendFileSync(file, 'more'), 1);
    await expect(hasher.hash(file).finally(() => clearInterval(writing))).rejects.toThrow('changed while it was being read');
    expect((await hasher.hash(file)).bytes).toBe(statSync(file).size);
  });
});
