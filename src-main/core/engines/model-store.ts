import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import type { ModelInfo } from '#shared/contract/views.ts';
import type { Logger } from '../host.ts';
import { isMissing } from '../files/json-file.ts';
import { createFolderLinks } from '../models/folder-links.ts';
import { readReceipt } from '../models/receipt.ts';
import { createFileHasher, type FileHasher, folderHash } from './file-hasher.ts';
import { describeManifestModel, describeUserFolder } from './model-info.ts';
import { type BundledModel, type HubModel, loadManifest, type ManifestModel, type ModelFile, type ModelRole } from './model-manifest.ts';
import { looksLikeModelFolder, readFolderAs, readOwnFolder, roleOfFolder } from './own-folder.ts';

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
  /** Holds `manifest.json` and the folders of the models that ship with the product. */
  readonly modelsDir: string;
  /** Holds downloaded models, folders that people put there, and links to folders elsewhere; made when it is not there. Hashes are kept in it. */
  readonly userModelsDir: string;
  readonly logger: Logger;
}

/** A model folder that a person brought. */
interface UserFolder {
  readonly name: string;
  readonly folder: string;
  /** It lies elsewhere and is only named in the list of links. */
  readonly isLink: boolean;
}

export function createModelStore({ modelsDir, userModelsDir, logger }: ModelStoreOptions): ModelStore {
  const hasher = createFileHasher(path.join(userModelsDir, '.hashes.json'), logger);
  const links = createFolderLinks(userModelsDir);
  const manifestModels = async (): Promise<readonly ManifestModel[]> => (await loadManifest(modelsDir)).models;

  async function userFolders(): Promise<UserFolder[]> {
    await mkdir(userModelsDir, { recursive: true });
    const downloadable = new Set((await manifestModels()).filter((model) => model.delivery === 'hub').map((model) => model.id));
    const entries = await readdir(userModelsDir, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink())).map((entry) => entry.name);
    const own = await Promise.all(
      names.map(async (name): Promise<UserFolder[]> => {
        const folder = path.join(userModelsDir, name);
        if (downloadable.has(name) && (await readReceipt(folder)) !== null) return [];
        return (await isModelFolder(folder)) ? [{ name, folder, isLink: false }] : [];
      }),
    );
    return [...own.flat(), ...links.list().map((link) => ({ ...link, isLink: true }))].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async function list(): Promise<ModelInfo[]> {
    const known = await Promise.all((await manifestModels()).map((model) => describeKnown(model)));
    const own = await Promise.all((await userFolders()).map((folder) => describeOwn(folder)));
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
    return resolveKnown(model);
  }

  async function resolveKnown(model: ManifestModel): Promise<ResolvedModel> {
    switch (model.delivery) {
      case 'bundled':
        return resolveBundled(model);
      case 'hub':
        return resolveDownloaded(model);
      case 'convert':
        throw new AppError('model-missing', `${model.title} has to be converted first (${model.convert.recipe}); then add the folder that comes out.`);
    }
  }

  async function resolveBundled(model: BundledModel): Promise<ResolvedModel> {
    const folder = path.join(modelsDir, model.id);
    await checkFiles({ title: model.title, folder, files: model.files, advice: 'Install the studio again.' });
    return { id: model.id, title: model.title, role: model.role, folder, sha256: folderHash(model.files) };
  }

  async function resolveDownloaded(model: HubModel): Promise<ResolvedModel> {
    const folder = path.join(userModelsDir, model.id);
    const receipt = await readReceipt(folder);
    if (receipt === null) throw new AppError('model-missing', `${model.title} is not downloaded yet. Download it from the Models page.`);
    if (receipt === undefined) throw new AppError('model-broken', `The model ${model.title} is damaged: the list of files in its folder ${path.basename(folder)} cannot be read. Download it again.`);
    await checkFiles({ title: model.title, folder, files: receipt.files, advice: 'Download it again.' });
    await readFolderAs(model.role, folder);
    return { id: model.id, title: model.title, role: model.role, folder, sha256: folderHash(receipt.files) };
  }

  async function checkFiles({ files, ...place }: Place & { readonly files: readonly ModelFile[] }): Promise<void> {
    for (const file of files) await checkFile(hasher, { ...place, file });
  }

  async function resolveUserModel(id: string): Promise<ResolvedModel> {
    const name = id.slice(USER_MODEL_PREFIX.length);
    const found = (await userFolders()).find((candidate) => candidate.name === name);
    if (found === undefined) {
      throw new AppError('not-found', `There is no model folder "${name}" in ${userModelsDir}. Choose another model, or put the folder back.`);
    }
    const { folder } = found;
    const { role, files } = await readOwnFolder(folder);
    const hashed: { path: string; sha256: string }[] = [];
    for (const file of files) hashed.push({ path: file, sha256: (await hasher.hash(path.join(folder, file))).sha256 });
    return { id, title: name, role, folder, sha256: folderHash(hashed) };
  }

  async function describeKnown(model: ManifestModel): Promise<ModelInfo> {
    const receipt = model.delivery === 'hub' ? ((await readReceipt(path.join(userModelsDir, model.id))) ?? null) : null;
    const state = await stateOf(resolveKnown(model));
    const isAvailable = model.delivery !== 'bundled' && receipt === null && state.state === 'missing';
    return describeManifestModel(model, receipt, isAvailable ? { state: 'available', stateReason: null } : state);
  }

  async function describeOwn({ name, folder, isLink }: UserFolder): Promise<ModelInfo> {
    const id = USER_MODEL_PREFIX + name;
    return describeUserFolder({ id, name, folder, isLink, role: await roleOfFolder(folder), sizeBytes: await sizeOf(folder) }, await stateOf(resolveUserModel(id)));
  }

  return { list, resolve };
}

interface Place {
  readonly title: string;
  readonly folder: string;
  /** What to do about a file that is missing or wrong. */
  readonly advice: string;
}

async function checkFile(hasher: FileHasher, { title, folder, advice, file }: Place & { readonly file: ModelFile }): Promise<void> {
  const found = await hasher.hash(path.join(folder, file.path)).catch((error: unknown) => {
    throw new AppError('model-missing', `The model ${title} is not complete: ${file.path} is missing in its folder ${path.basename(folder)}. ${advice}`, { cause: error });
  });
  if (found.bytes !== file.bytes || found.sha256 !== file.sha256) {
    throw new AppError('model-broken', `The model ${title} is damaged: ${file.path} in its folder ${path.basename(folder)} is not the file that belongs to it (sha256 differs). ${advice}`);
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
  try {
    const info = await stat(folder);
    return info.isDirectory() && (await looksLikeModelFolder(folder));
  } catch (error) {
    // A symbolic link to what is no longer there.
    if (isMissing(error)) return false;
    throw error;
  }
}

async function sizeOf(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  } catch (error) {
    // A linked folder that is gone is listed as missing.
    if (isMissing(error)) return 0;
    throw error;
  }
}
