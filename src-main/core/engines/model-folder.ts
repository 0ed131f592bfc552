import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import { FILE_ENDING, isWeightFormat, type NetworkWeights, WEIGHT_FORMATS } from './captioners/weight-formats.ts';

/** Reading of Hugging Face style folders, with errors that name the file and the key. */

/** `dtype` of config.json → `transformers.js_config`: the weight format that a folder asks for, for all networks or for each. */
export const WishedFormat = z.union([z.string(), z.record(z.string(), z.string())]);

export function broken(folder: string, file: string, reason: string): AppError {
  return new AppError('model-broken', `The model folder ${path.basename(folder)} cannot be used: ${file}: ${reason}. Get the folder again, or choose another model.`);
}

export function missing(folder: string, file: string): AppError {
  return new AppError('model-missing', `The model folder ${path.basename(folder)} is incomplete: ${file} is missing. Get the folder again, or choose another model.`);
}

export async function readText(folder: string, file: string): Promise<string> {
  return readFile(path.join(folder, file), 'utf8').catch((error: unknown) => {
    if (isNotFound(error)) throw missing(folder, file);
    throw broken(folder, file, error instanceof Error ? error.message : String(error));
  });
}

export async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(folder, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(folder, file, `not valid JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw broken(folder, file, `key "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'wrong shape'}`);
}

/** The weights of each network in `onnx/`, and the relative paths of all their files. */
export async function findNetworks(
  folder: string,
  networks: readonly string[],
  wished: z.infer<typeof WishedFormat> | undefined,
): Promise<{ files: string[]; weights: Map<string, NetworkWeights> }> {
  const names = await readdir(path.join(folder, 'onnx')).catch((error: unknown) => {
    if (isNotFound(error)) throw missing(folder, `onnx/${networks[0] ?? 'model'}.onnx`);
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
  const { size } = await stat(path.join(folder, file));
  if (size === 0) throw broken(folder, file, 'the file is empty');
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
