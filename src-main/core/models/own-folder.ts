import { readCaptionerFolder } from './folders/captioner-folder.ts';
import { modelTypeOf, readFolderNames } from './folders/model-folder.ts';
import type { ModelRole } from './model-manifest.ts';
import { readWhisperFolder, WHISPER_MODEL_TYPE } from './folders/whisper-folder.ts';
import { readWriterFolder, WRITER_MODEL_TYPES } from './folders/writer-folder.ts';

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
  return names.some((name) => name === 'onnx' || MODEL_FILES.test(name));
}
