import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import type { ModelInfo } from '#shared/contract/views.ts';
import type { Logger } from '../host.ts';
import { looksLikeCaptionerFolder, readCaptionerFolder } from './captioners/captioner-folder.ts';
import { createFileHasher, type FileHasher, folderHash } from './file-hasher.ts';
import { type ManifestModel, type ModelFile, type ModelRole, parseManifest } from './model-manifest.ts';

/** Ids of models that lie in the user's own folder begin with this, so that they never hide one of the product's. */
export const USER_MODEL_PREFIX = 'own:';

/** A model whose files are there and right. */
export interface ResolvedModel {
  readonly id: string;
  readonly title: string;
  readonly role: ModelRole;
  /** Absolute. */
  readonly folder: string;
  /** Over all files that the model uses; see `folderHash`. */
  readonly sha256: string;
}

export interface ModelStore {
  /** Every model of the manifest and of the user's folder, with its state. Quick after the first time: hashes are remembered. */
  list(): Promise<ModelInfo[]>;
  /**
   * The checked folder of a model.
   * @throws AppError `not-found` for an unknown id, `model-missing` or `model-broken` naming the file
   */
  resolve(id: string): Promise<ResolvedModel>;
}

export interface ModelStoreOptions {
  /** Holds `manifest.json` and the folders that it names. */
  readonly modelsDir: string;
  /** Holds folders that people add, each a captioner in transformers.js' layout; made when it is not there. Hashes are kept in it. */
  readonly userModelsDir: string;
  readonly logger: Logger;
}

export function createModelStore({ modelsDir, userModelsDir, logger }: ModelStoreOptions): ModelStore {
  const hasher = createFileHasher(path.join(userModelsDir, '.hashes.json'), logger);

  async function manifestModels(): Promise<readonly ManifestModel[]> {
    const file = path.join(modelsDir, 'manifest.json');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new AppError('model-missing', `The list of models is missing (${file}). Install the studio again.`, { cause: error });
    });
    return parseManifest(text).models;
  }

  async function userFolders(): Promise<string[]> {
    await mkdir(userModelsDir, { recursive: true });
    const entries = await readdir(userModelsDir, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink())).map((entry) => entry.name);
    const folders = await Promise.all(names.map(async (name) => ((await isModelFolder(path.join(userModelsDir, name))) ? [name] : [])));
    return folders.flat().sort();
  }

  async function list(): Promise<ModelInfo[]> {
    const known = await Promise.all((await manifestModels()).map((model) => describeManifestModel(model)));
    const own = await Promise.all((await userFolders()).map((name) => describeUserModel(name)));
    await hasher.save();
    return [...known, ...own];
  }

  async function resolve(id: string): Promise<ResolvedModel> {
    const resolved = id.startsWith(USER_MODEL_PREFIX) ? await resolveUserModel(id) : await resolveManifestModel(id);
    await hasher.save();
    return resolved;
  }

  async function resolveManifestModel(id: string): Promise<ResolvedModel> {
    const model = (await manifestModels()).find((candidate) => candidate.id === id);
    if (model === undefined) throw new AppError('not-found', `There is no model "${id}". Choose one from the list of models.`);
    const folder = path.join(modelsDir, model.id);
    for (const file of model.files) await checkFile(hasher, { title: model.title, folder, file });
    return { id, title: model.title, role: model.role, folder, sha256: folderHash(model.files) };
  }

  async function resolveUserModel(id: string): Promise<ResolvedModel> {
    const name = id.slice(USER_MODEL_PREFIX.length);
    if (!(await userFolders()).includes(name)) {
      throw new AppError('not-found', `There is no model folder "${name}" in ${userModelsDir}. Choose another model, or put the folder back.`);
    }
    const folder = path.join(userModelsDir, name);
    const { files } = await readCaptionerFolder(folder);
    const hashed: { path: string; sha256: string }[] = [];
    for (const file of files) hashed.push({ path: file, sha256: (await hasher.hash(path.join(folder, file))).sha256 });
    return { id, title: name, role: 'captioner', folder, sha256: folderHash(hashed) };
  }

  async function describeManifestModel(model: ManifestModel): Promise<ModelInfo> {
    const { id, title, role, licence, source, notes } = model;
    const sizeBytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
    return { id, title, role, licence, source, notes, sizeBytes, ...(await stateOf(resolveManifestModel(id))) };
  }

  async function describeUserModel(name: string): Promise<ModelInfo> {
    const folder = path.join(userModelsDir, name);
    return {
      id: USER_MODEL_PREFIX + name,
      title: name,
      role: 'captioner',
      licence: 'Not known to the studio: see where the model comes from',
      source: folder,
      notes: 'A folder of your own.',
      sizeBytes: await sizeOf(folder),
      ...(await stateOf(resolveUserModel(USER_MODEL_PREFIX + name))),
    };
  }

  return { list, resolve };
}

async function checkFile(hasher: FileHasher, { title, folder, file }: { title: string; folder: string; file: ModelFile }): Promise<void> {
  const found = await hasher.hash(path.join(folder, file.path)).catch((error: unknown) => {
    throw new AppError('model-missing', `The model ${title} is not complete: ${file.path} is missing in ${folder}. Install it again.`, { cause: error });
  });
  if (found.bytes !== file.bytes || found.sha256 !== file.sha256) {
    throw new AppError('model-broken', `The model ${title} is damaged: ${file.path} in ${folder} is not the file that belongs to it (sha256 differs). Install it again.`);
  }
}

async function stateOf(resolving: Promise<ResolvedModel>): Promise<Pick<ModelInfo, 'state' | 'stateReason'>> {
  try {
    await resolving;
    return { state: 'installed', stateReason: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { state: error.code === 'model-missing' ? 'missing' : 'broken', stateReason: error.message };
  }
}

async function isModelFolder(folder: string): Promise<boolean> {
  const info = await stat(folder);
  return info.isDirectory() && looksLikeCaptionerFolder(folder);
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
