import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import type { Device } from '#shared/domain/device.ts';
import { broken, findNetworks, missing, readJson, readText, WishedFormat } from '../model-folder.ts';
import type { CaptionerFamily } from './families/family.ts';
import { CAPTIONER_FAMILIES, familyOf } from './known-families.ts';
import { chooseFormat, isInteger, type NetworkWeights, type WeightFormat } from './weight-formats.ts';

const LanguageModel = z.looseObject({
  hidden_size: z.int().positive().optional(),
  d_model: z.int().positive().optional(),
  num_hidden_layers: z.int().positive().optional(),
  decoder_layers: z.int().positive().optional(),
  max_position_embeddings: z.int().positive().optional(),
  eos_token_id: z.union([z.int(), z.array(z.int())]).nullish(),
});
const Config = LanguageModel.extend({
  model_type: z.string(),
  image_token_index: z.int().nonnegative().optional(),
  image_token_id: z.int().nonnegative().optional(),
  image_seq_length: z.int().positive().optional(),
  /** Where the language model is described: in the config itself (Qwen2-VL, FastVLM), or in a part of it. */
  text_config: LanguageModel.optional(),
  phi_config: LanguageModel.optional(),
  'transformers.js_config': z
    .looseObject({ dtype: WishedFormat.optional() })
    .optional(),
});
type Config = z.infer<typeof Config>;
const GenerationConfig = z.looseObject({ eos_token_id: LanguageModel.shape.eos_token_id });
const Preprocessor = z.looseObject({ image_processor_type: z.string().optional() });
const Tokenizer = z.looseObject({
  model: z.looseObject({}),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string(), special: z.boolean().default(false) })).default([]),
});
const TokenizerConfig = z.looseObject({ model_max_length: z.number().optional(), chat_template: z.unknown().optional() });
const ChatTemplateFile = z.looseObject({ chat_template: z.string() });

/** A number of config.json with the key that it stands under. */
export interface ConfigValue {
  readonly key: string;
  readonly value: number;
}

/** A captioner's folder that is complete on paper; whether its networks agree with its config shows when they are loaded. */
export interface CaptionerFolder {
  readonly folder: string;
  readonly family: CaptionerFamily;
  /** Relative paths of every file that the captioner uses, sorted. */
  readonly files: readonly string[];
  /** What stands for pictures in a prompt, e.g. `<image>`; null where the family's prompts have none. */
  readonly image: { readonly token: string; readonly tokenId: number } | null;
  /** Image tokens per picture as the config says; null: it does not. */
  readonly tokensPerImage: number | null;
  /** Longest sequence of prompt and answer together, in tokens. */
  readonly contextLength: number;
  /** Of the language model; null where the config does not say. */
  readonly hiddenSize: ConfigValue | null;
  readonly layerCount: ConfigValue | null;
  /** Ids of the tokenizer's added tokens by their text. */
  readonly addedTokens: ReadonlyMap<string, number>;
  /** Added tokens with a meaning of their own to the model; they must not come in through text. */
  readonly specialTokens: readonly string[];
  /** Tokens that end an answer. */
  readonly endTokenIds: readonly number[];
  /** A chat template from a file of its own; null where there is none, or where it is part of tokenizer_config.json. */
  readonly chatTemplate: string | null;
  /** processor_config.json; empty for families that do without. */
  readonly processorConfig: Readonly<Record<string, unknown>>;
  readonly networks: ReadonlyMap<string, NetworkWeights>;
}

const NEEDED_FILES = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];
/** A chat template is in tokenizer_config.json, or in one of these, the first before the second. */
const CHAT_TEMPLATE_FILES = ['chat_template.jinja', 'chat_template.json'];

/**
 * Reads the small files of a captioner's folder and finds its networks. Loads no weights.
 * @throws AppError `model-missing` naming a file that is not there, `model-broken` naming a file and the key that is wrong.
 */
export async function readCaptionerFolder(folder: string): Promise<CaptionerFolder> {
  const config = await readJson(folder, 'config.json', Config);
  const family = familyOf(config.model_type);
  if (family === undefined) {
    const known = CAPTIONER_FAMILIES.flatMap((one) => one.modelTypes).join(', ');
    throw broken(folder, 'config.json', `key "model_type" is "${config.model_type}", which the studio does not run; it runs ${known}, and whisper for speech`);
  }
  const names = await readdir(folder);
  for (const file of [...NEEDED_FILES, ...family.files]) if (!names.includes(file)) throw missing(folder, file);
  await readJson(folder, 'preprocessor_config.json', Preprocessor);
  const tokenizer = await readJson(folder, 'tokenizer.json', Tokenizer);
  const tokenizerConfig = await readJson(folder, 'tokenizer_config.json', TokenizerConfig);
  const optional = [
    ...(names.includes('generation_config.json') ? ['generation_config.json'] : []),
    ...(tokenizerConfig.chat_template === undefined ? CHAT_TEMPLATE_FILES.filter((file) => names.includes(file)).slice(0, 1) : []),
  ];
  const generation = optional.includes('generation_config.json') ? await readJson(folder, 'generation_config.json', GenerationConfig) : {};

  const networks = await findNetworks(folder, family.networks, config['transformers.js_config']?.dtype);
  const part = (['text_config', 'phi_config'] as const).find((key) => config[key] !== undefined);
  const text = (part === undefined ? undefined : config[part]) ?? config;
  const valueOf = (...keys: readonly ('hidden_size' | 'd_model' | 'num_hidden_layers' | 'decoder_layers')[]): ConfigValue | null => {
    const key = keys.find((one) => text[one] !== undefined);
    const value = key === undefined ? undefined : text[key];
    return key === undefined || value === undefined ? null : { key: part === undefined ? key : `${part}.${key}`, value };
  };
  const added = tokenizer.added_tokens;
  return {
    folder,
    family,
    files: [...NEEDED_FILES, ...family.files, ...optional, ...networks.files].sort(),
    image: family.hasImageToken ? imageTokenOf(folder, config, added) : null,
    tokensPerImage: config.image_seq_length ?? null,
    contextLength: contextLengthOf(text.max_position_embeddings ?? config.max_position_embeddings, tokenizerConfig.model_max_length),
    hiddenSize: valueOf('hidden_size', 'd_model'),
    layerCount: valueOf('decoder_layers', 'num_hidden_layers'),
    addedTokens: new Map(added.map((token) => [token.content, token.id])),
    specialTokens: added.filter((token) => token.special).map((token) => token.content),
    endTokenIds: [generation.eos_token_id ?? config.eos_token_id ?? text.eos_token_id ?? []].flat(),
    chatTemplate: await readChatTemplate(folder, optional),
    processorConfig: family.files.includes('processor_config.json') ? await readJson(folder, 'processor_config.json', z.looseObject({})) : {},
    networks: networks.weights,
  };
}

/** True for a folder that means to be a captioner, complete or not. */
export async function looksLikeCaptionerFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.includes('config.json') || names.includes('onnx');
}

/** The weight format to load per network. */
export function chooseFormats({ folder, networks }: CaptionerFolder, device: Device): Record<string, WeightFormat> {
  const chosen = [...networks].map(([network, weights]): [string, WeightFormat] => {
    const format = chooseFormat(weights, device);
    if (format === undefined) throw missing(folder, `onnx/${network}.onnx`);
    return [network, format];
  });
  return Object.fromEntries(chosen);
}

export function hasOnlyIntegerWeights({ networks }: CaptionerFolder): boolean {
  return networks.get('decoder_model_merged')?.present.every(isInteger) ?? false;
}

function imageTokenOf(folder: string, config: Config, added: readonly { id: number; content: string }[]): { token: string; tokenId: number } {
  const tokenId = config.image_token_index ?? config.image_token_id;
  const key = config.image_token_index === undefined && config.image_token_id !== undefined ? 'image_token_id' : 'image_token_index';
  if (tokenId === undefined) throw broken(folder, 'config.json', `key "${key}" is missing`);
  const token = added.find(({ id }) => id === tokenId)?.content;
  if (token === undefined) throw broken(folder, 'config.json', `key "${key}" is ${tokenId}, but tokenizer.json has no added token with that id`);
  return { token, tokenId };
}

async function readChatTemplate(folder: string, present: readonly string[]): Promise<string | null> {
  if (present.includes('chat_template.jinja')) return readText(folder, 'chat_template.jinja');
  if (present.includes('chat_template.json')) return (await readJson(folder, 'chat_template.json', ChatTemplateFile)).chat_template;
  return null;
}

/** Tokenizers without a limit say 1e30: then the language model's positions count alone; 2048 where neither speaks. */
function contextLengthOf(positions: number | undefined, tokenizerLimit: number | undefined): number {
  const limits = [positions, tokenizerLimit].filter((limit): limit is number => limit !== undefined && limit > 0 && limit < 1e7);
  return limits.length === 0 ? 2048 : Math.min(...limits);
}
