import { mkdir, opendir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, wordsOf } from '#shared/contract/errors.ts';
import type { ModelInfo } from '#shared/contract/views.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { Logger } from '#core/base/host.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { fileProblem } from '#core/base/files/regular-file.ts';
import { createFolderLinks } from './folder-links.ts';
import { readReceipt } from './receipt.ts';
import { createFileHasher, type FileHasher, folderHash, type HashedFile } from './file-hasher.ts';
import { broken, folderTrouble } from './folders/model-folder.ts';
import { describeManifestModel, describeUserFolder } from './model-info.ts';
import { type BundledModel, type HubModel, loadManifest, type ManifestModel, type ModelFile, type ModelRole } from './model-manifest.ts';
import { createOwnFolders, looksLikeModelFolder, readFolderAs, roleOfFolder } from './own-folder.ts';

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
  /** Size of those files. */
  readonly bytes: number;
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
  /** How long the small files of one folder may take before it is listed as broken, in ms; hashing has a limit of its own. */
  readonly limitMs?: number;
}

/** Even a slow disk on the network has read a few megabytes by then. */
const FOLDER_LIMIT_MS = 15_000;

/** A model folder that a person brought. */
interface UserFolder {
  readonly name: string;
  readonly folder: string;
  /** It lies elsewhere and is only named in the list of links. */
  readonly isLink: boolean;
}

export function createModelStore({ modelsDir, userModelsDir, logger, limitMs = FOLDER_LIMIT_MS }: ModelStoreOptions): ModelStore {
  const hasher = createFileHasher(path.join(userModelsDir, '.hashes.json'), logger);
  const links = createFolderLinks(userModelsDir);
  const ownFolders = createOwnFolders();
  const manifestModels = async (): Promise<readonly ManifestModel[]> => (await loadManifest(modelsDir)).models;

  async function userFolders(): Promise<UserFolder[]> {
    const downloadable = new Set((await manifestModels()).filter((model) => model.delivery === 'hub').map((model) => model.id));
    const own = await Promise.all(
      (await foldersIn(userModelsDir)).map(async (name): Promise<UserFolder[]> => {
        const folder = path.join(userModelsDir, name);
        if (downloadable.has(name) && (await readReceipt(folder)) !== null) return [];
        return (await isWorthListing(folder, limitMs)) ? [{ name, folder, isLink: false }] : [];
      }),
    );
    // By name, which is the model's id: a folder that was put there later hides a link of the same name.
    const byName = new Map(
      [...links.list().map((link) => ({ ...link, isLink: true })), ...own.flat()].map((folder) => [folder.name, folder]),
    );
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A folder of the user's models that cannot even be listed leaves the models that ship with the product. */
  async function foldersIn(folder: string): Promise<string[]> {
    try {
      await mkdir(folder, { recursive: true });
      const entries = await readdir(folder, { withFileTypes: true });
      return entries
        .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
        .map((entry) => entry.name);
    } catch (error) {
      logger.warn({ error, folder }, 'The folder of the user’s models cannot be read');
      return [];
    }
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
    if (model === undefined) throw new AppError('not-found', words('models.unknownModel', { id }));
    return resolveKnown(model);
  }

  async function resolveKnown(model: ManifestModel): Promise<ResolvedModel> {
    switch (model.delivery) {
      case 'bundled':
        return resolveBundled(model);
      case 'hub':
        return resolveDownloaded(model);
      case 'convert':
        throw new AppError('model-missing', words('models.convertFirst', { title: model.title, recipe: model.convert.recipe }));
    }
  }

  async function resolveBundled(model: BundledModel): Promise<ResolvedModel> {
    const folder = path.join(modelsDir, model.id);
    await checkFiles({ title: model.title, folder, files: model.files, advice: words('models.reinstall') });
    return { id: model.id, title: model.title, role: model.role, folder, ...totalOf(model.files) };
  }

  async function resolveDownloaded(model: HubModel): Promise<ResolvedModel> {
    const folder = path.join(userModelsDir, model.id);
    const receipt = await readReceipt(folder);
    if (receipt === null) throw new AppError('model-missing', words('models.notDownloadedYet', { title: model.title }));
    if (receipt === undefined) throw new AppError('model-broken', words('models.receiptUnreadable', { title: model.title, folder }));
    await checkFiles({ title: model.title, folder, files: receipt.files, advice: words('models.downloadAgain') });
    await readFolderAs(model.role, folder);
    return { id: model.id, title: model.title, role: model.role, folder, ...totalOf(receipt.files) };
  }

  async function checkFiles({ files, ...place }: Place & { readonly files: readonly ModelFile[] }): Promise<void> {
    for (const file of files) await checkFile(hasher, { ...place, file });
  }

  async function resolveUserModel(id: string): Promise<ResolvedModel> {
    const name = id.slice(USER_MODEL_PREFIX.length);
    const found = (await userFolders()).find((candidate) => candidate.name === name);
    if (found === undefined) {
      throw new AppError('not-found', words('models.noFolderIn', { name, folder: userModelsDir }));
    }
    const { folder } = found;
    const { role, files } = await withinLimit(limitMs, ownFolders.read(folder), () => tooSlow(folder, limitMs));
    const hashed: ModelFile[] = [];
    for (const file of files) hashed.push({ ...(await hashIn(folder, file)), path: file });
    return { id, title: name, role, folder, ...totalOf(hashed) };
  }

  async function hashIn(folder: string, file: string): Promise<HashedFile> {
    return hasher.hash(path.join(folder, file)).catch((error: unknown) => {
      throw folderTrouble(folder, file, error);
    });
  }

  async function describeKnown(model: ManifestModel): Promise<ModelInfo> {
    const receipt = model.delivery === 'hub' ? ((await readReceipt(path.join(userModelsDir, model.id))) ?? null) : null;
    const state = await stateOf(model.id, resolveKnown(model));
    const isAvailable = model.delivery !== 'bundled' && receipt === null && state.state === 'missing';
    return describeManifestModel(model, receipt, isAvailable ? { state: 'available', stateReason: null } : state);
  }

  async function describeOwn({ name, folder, isLink }: UserFolder): Promise<ModelInfo> {
    const id = USER_MODEL_PREFIX + name;
    const role = await withinLimit(limitMs, roleOfFolder(folder), () => tooSlow(folder, limitMs)).catch(() => 'captioner' as const);
    const sizeBytes = await withinLimit(limitMs, sizeOf(folder), () => tooSlow(folder, limitMs)).catch(() => 0);
    return describeUserFolder({ id, name, folder, isLink, role, sizeBytes }, await stateOf(id, resolveUserModel(id)));
  }

  /** Whatever is wrong with one model is reported of that model; the others are listed all the same. */
  async function stateOf(id: string, resolving: Promise<ResolvedModel>): Promise<Pick<ModelInfo, 'state' | 'stateReason'>> {
    try {
      await resolving;
      return { state: 'installed', stateReason: null };
    } catch (error) {
      if (error instanceof AppError) return { state: error.code === 'model-missing' ? 'missing' : 'broken', stateReason: error.words };
      logger.error({ error, id }, 'A model could not be checked');
      return {
        state: 'broken',
        stateReason: words('models.notChecked', { reason: wordsOf(error) }),
      };
    }
  }

  return { list, resolve };
}

function totalOf(files: readonly ModelFile[]): Pick<ResolvedModel, 'sha256' | 'bytes'> {
  return { sha256: folderHash(files), bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

interface Place {
  readonly title: string;
  readonly folder: string;
  /** What to do about a file that is missing or wrong. */
  readonly advice: Words;
}

async function checkFile(hasher: FileHasher, { title, folder, advice, file }: Place & { readonly file: ModelFile }): Promise<void> {
  const found = await hasher.hash(path.join(folder, file.path)).catch((error: unknown) => {
    if (isMissing(error))
      throw new AppError('model-missing', words('models.incomplete', { title, file: file.path, folder, advice }), {
        cause: error,
      });
    throw new AppError(
      'model-broken',
      words('models.unreadable', { title, file: file.path, folder, reason: fileProblem(error) ?? String(error), advice }),
      { cause: error },
    );
  });
  if (found.bytes !== file.bytes || found.sha256 !== file.sha256) {
    throw new AppError('model-broken', words('models.damaged', { title, file: file.path, folder, advice }));
  }
}

/** Settles as `work` does, or rejects once `limitMs` are over; what hangs in the system is left behind. */
async function withinLimit<T>(limitMs: number, work: Promise<T>, tooLate: () => AppError): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate()), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(folder: string, limitMs: number): AppError {
  return broken(folder, words('models.folderItself'), words('models.noResponse', { seconds: Math.round(limitMs / 1000) }));
}

/** A folder with the files of a model, or one that cannot be read: that one is listed with its reason. */
async function isWorthListing(folder: string, limitMs: number): Promise<boolean> {
  try {
    // A link to a file, or to nothing that was ever a model: not a folder that somebody put here.
    if (!(await withinLimit(limitMs, stat(folder), () => tooSlow(folder, limitMs))).isDirectory()) return false;
    return await withinLimit(limitMs, looksLikeModelFolder(folder), () => tooSlow(folder, limitMs));
  } catch {
    // Reported, with its reason, by whoever describes it.
    return true;
  }
}

/** More files than any model has are not counted. */
const MAX_COUNTED_FILES = 10_000;

/** Bytes of the files in a folder and below it; those that links in it lead to count as well. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  let count = 0;
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (++count > MAX_COUNTED_FILES) break;
    if (!entry.isFile() && !entry.isSymbolicLink()) continue;
    const found = await stat(path.join(entry.parentPath, entry.name)).catch(() => null);
    if (found?.isFile() === true) bytes += found.size;
  }
  return bytes;
}
