import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import { tinyWhisperFolder } from '../engines/support/tiny-whisper.ts';
import { tinyManifest, writeTinyModel } from './support/tiny-model.ts';
import { saying } from '../../helpers/saying.ts';

const writeModelFolder = (name: string): string => writeTinyModel(path.join(temporaryFolder(), name));

function studio() {
  const dataDir = temporaryFolder();
  mkdirSync(path.join(dataDir, 'product-models'));
  writeFileSync(path.join(dataDir, 'product-models/manifest.json'), tinyManifest('a/b'));
  const test = startTestCore({ dataDir });
  const { api } = test.as('ann');
  const add = async (folder: string) => api.models.addFolder({ grantId: (await test.core.files.grantPath(folder)).grantId });
  return { ...test, api, add };
}

describe('a folder of one’s own', () => {
  it('is used where it lies, listed as a captioner, and taken off the list without being touched', async () => {
    const { api, add, core } = studio();
    const folder = writeModelFolder('my captioner');
    const { modelId } = await add(folder);
    expect(modelId).toBe('own:my captioner');
    expect((await api.models.list({})).find((model) => model.id === modelId)).toMatchObject({
      state: 'installed',
      delivery: 'folder',
      source: folder,
      canRemove: true,
    });
    expect((await api.models.engines({})).map((engine) => engine.id)).toContain(modelId);
    expect(await core.services.models.list()).toContainEqual(expect.objectContaining({ id: modelId }));
    // Chosen twice it is the same model; another of the same name gets a number.
    expect(await add(folder)).toEqual({ modelId });
    expect(await add(writeModelFolder('my captioner'))).toEqual({ modelId: 'own:my captioner (2)' });
    await api.models.remove({ modelId });
    expect(existsSync(folder)).toBe(true);
    expect((await api.models.list({})).map((model) => model.id)).not.toContain(modelId);
  });

  it('with a Whisper whose language has a name without end is listed with its reason', async () => {
    const { api, add } = studio();
    const folder = path.join(temporaryFolder(), 'endless');
    cpSync(tinyWhisperFolder, folder, { recursive: true });
    const file = path.join(folder, 'generation_config.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...config, lang_to_id: { [`<|${'a'.repeat(1_000)}|>`]: 5 } }));
    await expect(add(folder).then(() => api.models.list({}))).rejects.toMatchObject({ message: expect.stringContaining('lang_to_id') });
  });

  it('with a Whisper is a speech model; taken away while it is chosen, it gives its place to the embedded one', async () => {
    const { api, add } = studio();
    const { modelId } = await add(tinyWhisperFolder);
    expect((await api.models.list({})).find((model) => model.id === modelId)).toMatchObject({ role: 'transcriber', state: 'installed' });
    // This installation has no sample video.
    await expect(api.models.testRun({ modelId })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('no sample video'),
    });
    const embedded = (await api.settings.get({})).transcriberId;
    await api.settings.update({ transcriberId: modelId });
    await api.models.remove({ modelId });
    expect((await api.settings.get({})).transcriberId).toBe(embedded);
  });

  it('that is not complete or does not fit together is refused with the file and key', async () => {
    const { add } = studio();
    const folder = writeModelFolder('half');
    rmSync(path.join(folder, 'tokenizer.json'));
    await expect(add(folder)).rejects.toMatchObject({ code: 'model-missing', message: expect.stringContaining('tokenizer.json') });
    const mixed = writeModelFolder('mixed');
    writeFileSync(path.join(mixed, 'config.json'), JSON.stringify({ model_type: 'llava', image_token_index: 7_000_000 }));
    await expect(add(mixed)).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining('image_token_index') });
  });

  it('that is none, or holds none, is refused as that', async () => {
    const { core, add } = studio();
    const empty = temporaryFolder();
    await expect(add(empty)).rejects.toMatchObject({ code: 'model-missing', message: expect.stringContaining('does not contain a model') });
    const file = path.join(empty, 'model.onnx');
    writeFileSync(file, '');
    await expect(add(file)).rejects.toMatchObject({ code: 'invalid-input' });
    const { addFolderAt } = core.services.models;
    await expect(addFolderAt(file)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('is not a folder') });
    await expect(addFolderAt(path.join(empty, 'gone'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is read once as long as it stays as it is, and again when one of its files changes', async () => {
    const { core, add } = studio();
    const folder = writeModelFolder('mine');
    const { modelId } = await add(folder);
    const stateOf = async () => (await core.services.models.list()).find(({ id }) => id === modelId)?.state;
    expect(await stateOf()).toBe('installed');
    expect(await stateOf()).toBe('installed');
    const file = path.join(folder, 'preprocessor_config.json');
    const [before, right] = [statSync(file), readFileSync(file)];
    writeFileSync(file, '{'.padEnd(before.size));
    // As if nothing had been: size and time of change are as before.
    utimesSync(file, before.atime, before.mtime);
    expect(await stateOf()).toBe('broken');
    writeFileSync(file, right);
    expect(await stateOf()).toBe('installed');
  });

  it('that went away stays in the list, with what is wrong', async () => {
    const { api, add } = studio();
    const folder = writeModelFolder('on a stick');
    const { modelId } = await add(folder);
    rmSync(folder, { recursive: true });
    expect((await api.models.list({})).find((model) => model.id === modelId)).toMatchObject({
      state: 'missing',
      stateReason: saying('config.json'),
    });
  });

  it('that was put into the model folder is not deleted from here', async () => {
    const { api, dataDir } = studio();
    cpSync(writeModelFolder('put there'), path.join(dataDir, 'models/put there'), { recursive: true });
    await expect(api.models.remove({ modelId: 'own:put there' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('put there'),
    });
    expect(await api.models.folder({})).toEqual({ displayPath: path.join(dataDir, 'models') });
  });
});
