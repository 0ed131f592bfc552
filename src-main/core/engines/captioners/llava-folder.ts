import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import type { Device } from '../worker-contract.ts';

/** The three networks of a LLaVA export; transformers.js finds them under these names in `onnx/`. */
export const LLAVA_NETWORKS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;
export type LlavaNetwork = (typeof LLAVA_NETWORKS)[number];

/** Weight formats and the endings of their files, as transformers.js names them (`utils/dtypes.js` of 4.3.1). */
const FILE_ENDING = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;
export type WeightFormat = keyof typeof FILE_ENDING;

/** Which format to take where a folder holds several: small integers on the CPU, half floats on a GPU. */
const CPU_ORDER: readonly WeightFormat[] = ['q8', 'int8', 'uint8', 'q4', 'fp32', 'fp16', 'q4f16', 'bnb4'];
const GPU_ORDER: readonly WeightFormat[] = ['fp16', 'q4f16', 'q4', 'fp32', 'q8', 'int8', 'uint8', 'bnb4'];

const Config = z.looseObject({
  model_type: z.enum(['llava', 'llava_qwen2']),
  image_token_index: z.int().nonnegative().optional(),
  image_token_id: z.int().nonnegative().optional(),
  image_seq_length: z.int().positive().optional(),
  max_position_embeddings: z.int().positive().optional(),
  text_config: z
    .looseObject({
      hidden_size: z.int().positive().optional(),
      num_hidden_layers: z.int().positive().optional(),
      max_position_embeddings: z.int().positive().optional(),
    })
    .optional(),
  'transformers.js_config': z
    .looseObject({ dtype: z.union([z.string(), z.record(z.string(), z.string())]).optional() })
    .optional(),
});
const GenerationConfig = z.looseObject({});
const Preprocessor = z.looseObject({ image_processor_type: z.string().optional() });
const Tokenizer = z.looseObject({
  model: z.looseObject({}),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string(), special: z.boolean().default(false) })).default([]),
});
const TokenizerConfig = z.looseObject({ model_max_length: z.number().optional() });

/** A LLaVA folder that is complete on paper; whether its networks agree with its config shows when they are loaded. */
export interface LlavaFolder {
  readonly folder: string;
  /** Relative paths of every file that the captioner uses, sorted. */
  readonly files: readonly string[];
  /** What stands for one picture in a prompt, e.g. `<image>`. */
  readonly imageToken: string;
  readonly imageTokenId: number;
  /** Image tokens per picture as the config says; null: taken from the vision network. */
  readonly tokensPerImage: number | null;
  /** Longest sequence of prompt and answer together, in tokens. */
  readonly contextLength: number;
  readonly hiddenSize: number | null;
  readonly layerCount: number | null;
  /** Tokens with a meaning of their own to the model; they must not come in through text. */
  readonly specialTokens: readonly string[];
  readonly formats: Readonly<Record<LlavaNetwork, readonly WeightFormat[]>>;
  /** The format that the folder itself asks for, per network. */
  readonly preferredFormat: Readonly<Partial<Record<LlavaNetwork, WeightFormat>>>;
}

/**
 * Reads the small files of a LLaVA-shaped folder and finds its networks. Loads no weights.
 * @throws AppError `model-missing` naming a file that is not there, `model-broken` naming a file and the key that is wrong.
 */
export async function readLlavaFolder(folder: string): Promise<LlavaFolder> {
  const config = await readJson(folder, 'config.json', Config);
  await readJson(folder, 'generation_config.json', GenerationConfig);
  await readJson(folder, 'preprocessor_config.json', Preprocessor);
  const tokenizer = await readJson(folder, 'tokenizer.json', Tokenizer);
  const tokenizerConfig = await readJson(folder, 'tokenizer_config.json', TokenizerConfig);

  const imageTokenId = config.image_token_index ?? config.image_token_id;
  if (imageTokenId === undefined) throw broken(folder, 'config.json', 'key "image_token_index" is missing');
  const imageToken = tokenizer.added_tokens.find((token) => token.id === imageTokenId)?.content;
  if (imageToken === undefined) {
    throw broken(folder, 'config.json', `key "image_token_index" is ${imageTokenId}, but tokenizer.json has no added token with that id`);
  }
  const networks = await findNetworks(folder);
  const text = config.text_config;
  return {
    folder,
    files: [...JSON_FILES, ...networks.files].sort(),
    imageToken,
    imageTokenId,
    tokensPerImage: config.image_seq_length ?? null,
    contextLength: contextLengthOf(text?.max_position_embeddings ?? config.max_position_embeddings, tokenizerConfig.model_max_length),
    hiddenSize: text?.hidden_size ?? null,
    layerCount: text?.num_hidden_layers ?? null,
    specialTokens: tokenizer.added_tokens.filter((token) => token.special).map((token) => token.content),
    formats: networks.formats,
    preferredFormat: preferredFormats(config['transformers.js_config']?.dtype),
  };
}

const JSON_FILES = ['config.json', 'generation_config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/** True for a folder that means to be a captioner, complete or not. */
export async function looksLikeLlavaFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.includes('config.json') || names.includes('onnx');
}

/** The weight format to load per network: the folder's own wish, else the best for the device among those that are there. */
export function chooseFormats(llava: LlavaFolder, device: Device): Record<LlavaNetwork, WeightFormat> {
  const order = device === 'cpu' ? CPU_ORDER : GPU_ORDER;
  const choose = (network: LlavaNetwork): WeightFormat => {
    const present = llava.formats[network];
    const wished = llava.preferredFormat[network];
    if (wished !== undefined && present.includes(wished)) return wished;
    const best = order.find((format) => present.includes(format));
    if (best === undefined) throw missing(llava.folder, `onnx/${network}.onnx`);
    return best;
  };
  return {
    vision_encoder: choose('vision_encoder'),
    embed_tokens: choose('embed_tokens'),
    decoder_model_merged: choose('decoder_model_merged'),
  };
}

export function hasOnlyIntegerWeights({ formats }: LlavaFolder): boolean {
  return formats.decoder_model_merged.every((format) => format === 'q8' || format === 'int8' || format === 'uint8');
}

export function broken(folder: string, file: string, reason: string): AppError {
  return new AppError('model-broken', `The model folder ${path.basename(folder)} cannot be used: ${file}: ${reason}. Get the folder again, or choose another model.`);
}

function missing(folder: string, file: string): AppError {
  return new AppError('model-missing', `The model folder ${path.basename(folder)} is incomplete: ${file} is missing. Get the folder again, or choose another model.`);
}

async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path.join(folder, file), 'utf8').catch((error: unknown) => {
    if (isNotFound(error)) throw missing(folder, file);
    throw broken(folder, file, error instanceof Error ? error.message : String(error));
  });
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

async function findNetworks(folder: string): Promise<{ files: string[]; formats: Record<LlavaNetwork, WeightFormat[]> }> {
  const names = await readdir(path.join(folder, 'onnx')).catch((error: unknown) => {
    if (isNotFound(error)) throw missing(folder, `onnx/${LLAVA_NETWORKS[0]}.onnx`);
    throw error;
  });
  const formats: Record<LlavaNetwork, WeightFormat[]> = { vision_encoder: [], embed_tokens: [], decoder_model_merged: [] };
  const files: string[] = [];
  for (const network of LLAVA_NETWORKS) {
    for (const format of CPU_ORDER) {
      const name = `${network}${FILE_ENDING[format]}.onnx`;
      if (!names.includes(name)) continue;
      formats[network].push(format);
      // Weights above 2 GB lie beside the graph: NAME.onnx_data, NAME.onnx_data_1, …
      files.push(...names.filter((other) => other === name || other.startsWith(`${name}_data`)).map((other) => `onnx/${other}`));
    }
    if (formats[network].length === 0) throw missing(folder, `onnx/${network}.onnx`);
  }
  await Promise.all(files.map((file) => refuseEmpty(folder, file)));
  return { files, formats };
}

async function refuseEmpty(folder: string, file: string): Promise<void> {
  const { size } = await stat(path.join(folder, file));
  if (size === 0) throw broken(folder, file, 'the file is empty');
}

function preferredFormats(dtype: string | Record<string, string> | undefined): Partial<Record<LlavaNetwork, WeightFormat>> {
  const preferred: Partial<Record<LlavaNetwork, WeightFormat>> = {};
  for (const network of LLAVA_NETWORKS) {
    const name = typeof dtype === 'string' ? dtype : dtype?.[network];
    if (name !== undefined && isWeightFormat(name)) preferred[network] = name;
  }
  return preferred;
}

function isWeightFormat(name: string): name is WeightFormat {
  return Object.hasOwn(FILE_ENDING, name);
}

/** Tokenizers without a limit say 1e30: then the language model's positions count alone; 2048 where neither speaks. */
function contextLengthOf(positions: number | undefined, tokenizerLimit: number | undefined): number {
  const limits = [positions, tokenizerLimit].filter((limit): limit is number => limit !== undefined && limit > 0 && limit < 1e7);
  return limits.length === 0 ? 2048 : Math.min(...limits);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
