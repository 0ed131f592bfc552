import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import { words, type WordsValue } from '#shared/words/words.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { fileProblem, listFolder, readRegularFile } from '#core/base/files/regular-file.ts';
import { FILE_ENDING, isWeightFormat, type NetworkWeights, WEIGHT_FORMATS } from './weight-formats.ts';

/** Reading of Hugging Face style folders, with errors that name the file and the key. */

/** `dtype` of config.json → `transformers.js_config`: the weight format that a folder asks for, for all networks or for each. */
export const WishedFormat = z.union([z.string(), z.record(z.string(), z.string())]);

export function broken(folder: string, file: WordsValue, reason: WordsValue): AppError {
  return new AppError('model-broken', words('models.folderBroken', { folder: path.basename(folder), file, reason }));
}

export function missing(folder: string, file: WordsValue): AppError {
  return new AppError('model-missing', words('models.folderIncomplete', { folder: path.basename(folder), file }));
}

/** A model's folder has a few dozen files; one with more is something else, and would take its time to read. */
const MAX_FOLDER_ENTRIES = 10_000;
/** The largest tokenizers (256,000 words) take 35 MB. */
const MAX_TOKENIZER_BYTES = 100_000_000;
/** Every other small file stays far below. */
const MAX_TEXT_BYTES = 8_000_000;
/** A tokenizer of 256,000 words has half of that. More would take seconds to read, in which nobody else is answered. */
const MAX_JSON_PARTS = 3_000_000;

const [COMMA, BRACKET, BRACE] = Buffer.from(',[{');

/**
 * Trouble with a file or folder of a model, with the name of what it is about; what is no such trouble comes back as it is.
 * @param file relative to `folder`; empty for the folder itself
 */
export function folderTrouble(folder: string, file: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  const place = file === '' ? words('models.folderItself') : file;
  if (isMissing(error)) return missing(folder, place);
  const problem = fileProblem(error);
  return problem === null ? error : broken(folder, place, problem);
}

/**
 * The names in a model's folder, or in one below it.
 * @throws AppError `model-missing` or `model-broken`, naming the folder
 */
export async function readFolderNames(folder: string, below = ''): Promise<string[]> {
  return listFolder(path.join(folder, below), MAX_FOLDER_ENTRIES).catch((error: unknown) => {
    throw folderTrouble(folder, below, error);
  });
}

export async function readText(folder: string, file: string): Promise<string> {
  return (await readBytes(folder, file)).toString('utf8');
}

async function readBytes(folder: string, file: string): Promise<Buffer> {
  const maxBytes = file === 'tokenizer.json' ? MAX_TOKENIZER_BYTES : MAX_TEXT_BYTES;
  return readRegularFile(path.join(folder, file), maxBytes).catch((error: unknown) => {
    throw folderTrouble(folder, file, error);
  });
}

/** `model_type` as config.json has it, whatever else is wrong with the folder; null where it cannot be determined. */
export async function modelTypeOf(folder: string): Promise<string | null> {
  const text = await readText(folder, 'config.json').catch((error: unknown) => {
    // Whoever reads the whole folder reports what is wrong.
    if (error instanceof AppError) return '';
    throw error;
  });
  return /"model_type"\s*:\s*"([^"]*)"/u.exec(text)?.[1] ?? null;
}

export async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBytes(folder, file);
  if (hasMoreParts(bytes, MAX_JSON_PARTS)) throw broken(folder, file, words('models.tooManyParts', { limit: MAX_JSON_PARTS }));
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw broken(folder, file, words('models.notJson', { said: error instanceof Error ? error.message : String(error) }));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw broken(
    folder,
    file,
    words('models.keyWrong', { key: issue?.path.join('.') ?? '', problem: issue?.message ?? words('models.wrongShape') }),
  );
}

/** Counts beginnings of lists and objects, and what stands between their elements; those inside texts count as well. */
function hasMoreParts(json: Buffer, limit: number): boolean {
  let count = 0;
  for (const byte of json) if ((byte === COMMA || byte === BRACKET || byte === BRACE) && ++count > limit) return true;
  return false;
}

/** The weights of each network in `onnx/`, and the relative paths of all their files. */
export async function findNetworks(
  folder: string,
  networks: readonly string[],
  wished: z.infer<typeof WishedFormat> | undefined,
): Promise<{ files: string[]; weights: Map<string, NetworkWeights> }> {
  const names = await readFolderNames(folder, 'onnx').catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'model-missing') throw missing(folder, `onnx/${networks[0] ?? 'model'}.onnx`);
    throw error;
  });
  const weights = new Map<string, NetworkWeights>();
  const files: string[] = [];
  for (const network of networks) {
    const present = WEIGHT_FORMATS.filter((format) => names.includes(`${network}${FILE_ENDING[format]}.onnx`));
    if (present.length === 0) throw missing(folder, `onnx/${network}.onnx`);
    const preferred = typeof wished === 'string' ? wished : wished?.[network];
    weights.set(network, { present, preferred: preferred !== undefined && isWeightFormat(preferred) ? preferred : null });
    for (const format of present) {
      const name = `${network}${FILE_ENDING[format]}.onnx`;
      // Weights above 2 GB lie beside the graph: NAME.onnx_data, NAME.onnx_data_1, …
      files.push(...names.filter((other) => other === name || other.startsWith(`${name}_data`)).map((other) => `onnx/${other}`));
    }
  }
  await Promise.all(files.map((file) => refuseEmpty(folder, file)));
  return { files, weights };
}

async function refuseEmpty(folder: string, file: string): Promise<void> {
  const found = await stat(path.join(folder, file)).catch((error: unknown) => {
    throw folderTrouble(folder, file, error);
  });
  if (!found.isFile()) throw broken(folder, file, found.isDirectory() ? words('models.isFolder') : words('models.isDevice'));
  if (found.size === 0) throw broken(folder, file, words('models.fileEmpty'));
}
