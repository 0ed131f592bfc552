import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { readCaptionerFolder } from './folders/captioner-folder.ts';
import { modelTypeOf, readFolderNames } from './folders/model-folder.ts';
import type { ModelRole } from './model-manifest.ts';
import { readWhisperFolder, WHISPER_MODEL_TYPE } from './folders/whisper-folder.ts';
import { readWriterFolder, WRITER_MODEL_TYPES } from './folders/writer-folder.ts';

const NETWORKS_FOLDER = 'onnx';

/** What a model folder is for that a person brought or downloaded, and the relative paths of every file that is used of it. */
export interface OwnFolder {
  readonly role: ModelRole;
  readonly files: readonly string[];
}

/**
 * Loads no weights.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function readOwnFolder(folder: string): Promise<OwnFolder> {
  const role = await roleOfFolder(folder);
  return { role, files: await readFolderAs(role, folder) };
}

/** Reads folders of models, each once as long as none of its files changes: it is asked for at every look at the list. */
export function createOwnFolders(): { read(folder: string): Promise<OwnFolder> } {
  const known = new Map<string, { readonly state: string; readonly found: Promise<OwnFolder> }>();
  return {
    async read(folder) {
      const state = await stateOf(folder);
      const before = known.get(folder);
      if (before?.state === state) return before.found;
      const found = readOwnFolder(folder);
      known.set(folder, { state, found });
      return found;
    },
  };
}

/** Changes with any file in the folder, or in the one of its networks. */
async function stateOf(folder: string): Promise<string> {
  const files = (await Promise.all(['', NETWORKS_FOLDER].map((below) => namesIn(folder, below)))).flat();
  const found = await Promise.all(files.map((file) => stat(path.join(folder, file)).catch(() => null)));
  return JSON.stringify(found.map((file, index) => [files[index], file?.size, file?.mtimeMs, file?.ctimeMs, file?.ino]));
}

async function namesIn(folder: string, below: string): Promise<string[]> {
  const names = await readFolderNames(folder, below).catch((error: unknown) => {
    // Whoever reads the folder reports what is wrong.
    if (error instanceof AppError) return [];
    throw error;
  });
  return names.map((name) => path.join(below, name));
}

/** Speech and text models say so in their config; whatever else lies there means to be a captioner. */
export async function roleOfFolder(folder: string): Promise<'captioner' | 'transcriber' | 'writer'> {
  const type = await modelTypeOf(folder);
  if (type === WHISPER_MODEL_TYPE) return 'transcriber';
  return type !== null && WRITER_MODEL_TYPES.includes(type) ? 'writer' : 'captioner';
}

/** The files of a folder that is to serve in a role; none for roles whose models never come as folders. */
export async function readFolderAs(role: ModelRole, folder: string): Promise<readonly string[]> {
  if (role === 'captioner') return (await readCaptionerFolder(folder)).files;
  if (role === 'transcriber') return (await readWhisperFolder(folder)).files;
  return role === 'writer' ? (await readWriterFolder(folder)).files : [];
}

/** Of models in whatever layout: one that the studio does not run is listed with what it lacks, not passed over in silence. */
const MODEL_FILES = /^(?:config|tokenizer|preprocessor_config)\.json$|\.(?:onnx|safetensors|gguf)$/u;

/**
 * True for a folder that means to be a model, complete or not, in a layout that the studio runs or not.
 * @throws AppError `model-missing` or `model-broken` for a folder that cannot be looked into
 */
export async function looksLikeModelFolder(folder: string): Promise<boolean> {
  const names = await readFolderNames(folder);
  return names.some((name) => name === NETWORKS_FOLDER || MODEL_FILES.test(name));
}
