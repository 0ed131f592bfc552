import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCaptionerFolder } from '#core/models/folders/captioner-folder.ts';
import { folderHash, sha256OfFile } from '#core/models/file-hasher.ts';
import { loadManifest } from '#core/models/model-manifest.ts';
import { createModelStore } from '#core/models/model-store.ts';
import type { Logger } from '#core/base/host.ts';
import { saying } from '../../helpers/saying.ts';

const shippedModels = path.resolve(import.meta.dirname, '../../../models');
const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let root: string;
let modelsDir: string;
let userModelsDir: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'models-'));
  modelsDir = path.join(root, 'models');
  userModelsDir = path.join(root, 'own');
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const store = () => createModelStore({ modelsDir, userModelsDir, logger: silent });

function manifestEntry(id: string, files: Record<string, string>) {
  return {
    id,
    title: `Model ${id}`,
    role: 'captioner',
    licence: 'MIT',
    source: 'a test',
    notes: '',
    delivery: 'bundled',
    files: Object.entries(files).map(([name, text]) => ({ path: name, bytes: text.length, sha256: sha256(text) })),
  };
}

async function writeModel(id: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(modelsDir, id, name)), { recursive: true });
    await writeFile(path.join(modelsDir, id, name), text);
  }
}

async function writeManifest(...models: object[]): Promise<void> {
  await mkdir(modelsDir, { recursive: true });
  await writeFile(path.join(modelsDir, 'manifest.json'), JSON.stringify({ version: 2, models }));
}

async function bundledModels() {
  return (await loadManifest(shippedModels)).models.filter((model) => model.delivery === 'bundled');
}

describe('the models that ship with the studio', () => {
  it('are what the manifest says, file by file', async () => {
    const models = await bundledModels();
    expect(models.map((model) => model.id)).toContain('shotluck-nano');
    for (const model of models) {
      for (const file of model.files) {
        const absolute = path.join(shippedModels, model.id, file.path);
        expect({ file: `${model.id}/${file.path}`, bytes: (await stat(absolute)).size, sha256: await sha256OfFile(absolute) }).toEqual({
          file: `${model.id}/${file.path}`,
          bytes: file.bytes,
          sha256: file.sha256,
        });
      }
    }
  });

  it('have every file of a captioner in the manifest, a card and a licence', async () => {
    for (const model of await bundledModels()) {
      expect((await stat(path.join(shippedModels, model.id, 'MODEL_CARD.md'))).isFile()).toBe(true);
      if (model.role !== 'captioner') continue;
      const { files } = await readCaptionerFolder(path.join(shippedModels, model.id));
      expect(model.files.map((file) => file.path).toSorted()).toEqual(files);
    }
  });
});

describe('the list of models', () => {
  it('distinguishes installed, missing and damaged ones and names the file', async () => {
    await writeManifest(
      manifestEntry('good', { 'a.bin': 'AAA', 'onnx/b.bin': 'BB' }),
      manifestEntry('gone', { 'a.bin': 'AAA' }),
      manifestEntry('torn', { 'a.bin': 'AAA' }),
    );
    await writeModel('good', { 'a.bin': 'AAA', 'onnx/b.bin': 'BB' });
    await writeModel('torn', { 'a.bin': 'AAX' });
    const list = await store().list();
    expect(list.map(({ id, state, sizeBytes }) => ({ id, state, sizeBytes }))).toEqual([
      { id: 'good', state: 'installed', sizeBytes: 5 },
      { id: 'gone', state: 'missing', sizeBytes: 3 },
      { id: 'torn', state: 'broken', sizeBytes: 3 },
    ]);
    expect(list.map((model) => model.stateReason)).toEqual([null, saying(/a\.bin is missing/u), saying(/a\.bin .*\(sha256 differs\)/u)]);
  });

  it('is refused with a reason when the manifest is missing, torn, or names two models alike', async () => {
    await expect(store().list()).rejects.toMatchObject({ code: 'model-missing' });
    await mkdir(modelsDir);
    await writeFile(path.join(modelsDir, 'manifest.json'), '{');
    await expect(store().list()).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining('not valid JSON') });
    await writeManifest(manifestEntry('a', { x: '1' }), manifestEntry('a', { x: '1' }));
    await expect(store().list()).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining('same id') });
    await writeManifest({ ...manifestEntry('a', {}), files: [{ path: '../../etc/passwd', bytes: 1, sha256: sha256('') }] });
    await expect(store().list()).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining('models.0.files.0.path') });
  });

  it('remembers hashes as long as size and time stay, also over restarts', async () => {
    await writeManifest(manifestEntry('good', { 'a.bin': 'AAA' }));
    await writeModel('good', { 'a.bin': 'AAA' });
    const file = path.join(modelsDir, 'good', 'a.bin');
    const long = new Date('2024-01-01T00:00:00Z');
    await utimes(file, long, long);
    await store().list();
    // Another content that pretends to be the same file: only a fresh hash would find out.
    await writeFile(file, 'XXX');
    await utimes(file, long, long);
    expect((await store().list())[0]?.state).toBe('installed');
    await utimes(file, new Date(), new Date());
    expect((await store().list())[0]?.state).toBe('broken');
  });
});

describe('a model folder of the user', () => {
  const nano = path.join(shippedModels, 'shotluck-nano');

  async function linkNano(name: string): Promise<string> {
    const folder = path.join(userModelsDir, name);
    await cp(nano, folder, { recursive: true, filter: (source) => !source.endsWith('.onnx') });
    for (const network of ['vision_encoder', 'embed_tokens', 'decoder_model_merged']) {
      await symlink(path.join(nano, 'onnx', `${network}_quantized.onnx`), path.join(folder, 'onnx', `${network}_quantized.onnx`));
    }
    return folder;
  }

  beforeEach(async () => {
    await writeManifest(manifestEntry('good', { 'a.bin': 'AAA' }));
  });

  it('appears in the list with a hash of its own', async () => {
    const folder = await linkNano('My captioner (2)');
    await mkdir(path.join(userModelsDir, 'holiday pictures'));
    const list = await store().list();
    expect(list.slice(1)).toMatchObject([
      { id: 'own:My captioner (2)', title: 'My captioner (2)', role: 'captioner', state: 'installed', source: folder },
    ]);
    const resolved = await store().resolve('own:My captioner (2)');
    expect(resolved).toMatchObject({ folder, role: 'captioner' });
    expect(resolved.sha256).toMatch(/^[0-9a-f]{64}$/u);
    await writeFile(path.join(folder, 'generation_config.json'), '{ "max_new_tokens": 5 }');
    expect((await store().resolve('own:My captioner (2)')).sha256).not.toBe(resolved.sha256);
  });

  it('in another layout is listed with what it lacks, not passed over', async () => {
    await mkdir(path.join(userModelsDir, 'from elsewhere'), { recursive: true });
    await writeFile(path.join(userModelsDir, 'from elsewhere', 'weights.gguf'), 'GGUF');
    expect((await store().list())[1]).toMatchObject({
      id: 'own:from elsewhere',
      state: 'missing',
      stateReason: saying('config.json is missing'),
    });
  });

  it('that is incomplete is listed with the file that it lacks', async () => {
    const folder = await linkNano('half');
    await rm(path.join(folder, 'tokenizer.json'));
    expect((await store().list())[1]).toMatchObject({
      state: 'missing',
      stateReason: saying('tokenizer.json is missing'),
    });
    await expect(store().resolve('own:half')).rejects.toMatchObject({ code: 'model-missing' });
  });
});

describe('resolving', () => {
  it('gives the folder and one hash over its files', async () => {
    await writeManifest(manifestEntry('good', { 'b.bin': 'BB', 'a.bin': 'AAA' }));
    await writeModel('good', { 'a.bin': 'AAA', 'b.bin': 'BB' });
    expect(await store().resolve('good')).toEqual({
      id: 'good',
      title: 'Model good',
      role: 'captioner',
      folder: path.join(modelsDir, 'good'),
      sha256: sha256(`${sha256('AAA')}  a.bin\n${sha256('BB')}  b.bin\n`),
      bytes: 5,
    });
    expect(folderHash([])).toBe(sha256(''));
  });

  it('refuses what it does not know, and paths dressed up as names', async () => {
    await writeManifest(manifestEntry('good', { 'a.bin': 'AAA' }));
    await expect(store().resolve('better')).rejects.toMatchObject({ code: 'not-found' });
    await expect(store().resolve('own:../models/good')).rejects.toMatchObject({ code: 'not-found' });
  });
});
