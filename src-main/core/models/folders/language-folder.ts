import { z } from 'zod';
import type { Device } from '#shared/domain/device.ts';
import { chooseFormat, isInteger, type NetworkWeights, type WeightFormat } from './weight-formats.ts';
import { missing, readFolderNames, readJson, readText } from './model-folder.ts';

/** What every folder with a language model has beside its networks: tokenizer, chat template, where an answer ends. */

/** One token or several that end an answer, as config.json and generation_config.json name them. */
export const EndTokens = z.union([z.int(), z.array(z.int())]).nullish();

const GenerationConfig = z.looseObject({ eos_token_id: EndTokens });
const Tokenizer = z.looseObject({
  model: z.looseObject({}),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string(), special: z.boolean().default(false) })).default([]),
});
const TokenizerConfig = z.looseObject({ model_max_length: z.number().optional(), chat_template: z.unknown().optional() });
const ChatTemplateFile = z.looseObject({ chat_template: z.string() });

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'];
/** A chat template is in tokenizer_config.json, or in one of these, the first before the second. */
const CHAT_TEMPLATE_FILES = ['chat_template.jinja', 'chat_template.json'];

export interface LanguageFiles {
  /** Relative paths of those that are used. */
  readonly files: readonly string[];
  /** Longest sequence of prompt and answer together, in tokens. */
  readonly contextLength: number;
  /** Ids of the tokenizer's added tokens by their text. */
  readonly addedTokens: ReadonlyMap<string, number>;
  /** Added tokens with a meaning of their own to the model; they must not come in through text. */
  readonly specialTokens: readonly string[];
  /** Tokens that end an answer. */
  readonly endTokenIds: readonly number[];
  /** A chat template from a file of its own; null where there is none, or where it is part of tokenizer_config.json. */
  readonly chatTemplate: string | null;
  /** Whether there is a chat template anywhere. */
  readonly hasChatTemplate: boolean;
}

/** What config.json says that these files may say otherwise. */
interface FromConfig {
  /** `max_position_embeddings` of the language model. */
  readonly positions: number | undefined;
  readonly endTokens: z.infer<typeof EndTokens>;
  /** Files that must be there as well. */
  readonly needed: readonly string[];
}

/** @throws AppError `model-missing` naming a file that is not there, `model-broken` naming a file and the key that is wrong */
export async function readLanguageFiles(folder: string, { positions, endTokens, needed }: FromConfig): Promise<LanguageFiles> {
  const names = await readFolderNames(folder);
  for (const file of [...needed, ...TOKENIZER_FILES]) if (!names.includes(file)) throw missing(folder, file);
  const { added_tokens: added } = await readJson(folder, 'tokenizer.json', Tokenizer);
  const config = await readJson(folder, 'tokenizer_config.json', TokenizerConfig);
  const hasTemplate = config.chat_template !== undefined && config.chat_template !== null;
  const optional = [
    ...(names.includes('generation_config.json') ? ['generation_config.json'] : []),
    ...(hasTemplate ? [] : CHAT_TEMPLATE_FILES.filter((file) => names.includes(file)).slice(0, 1)),
  ];
  const generation = optional.includes('generation_config.json') ? await readJson(folder, 'generation_config.json', GenerationConfig) : {};
  const chatTemplate = await readChatTemplate(folder, optional);
  return {
    files: [...needed, ...TOKENIZER_FILES, ...optional],
    contextLength: contextLengthOf(positions, config.model_max_length),
    addedTokens: new Map(added.map((token) => [token.content, token.id])),
    specialTokens: added.filter((token) => token.special).map((token) => token.content),
    endTokenIds: [generation.eos_token_id ?? endTokens ?? []].flat(),
    chatTemplate,
    hasChatTemplate: hasTemplate || chatTemplate !== null,
  };
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

/** Folder and networks of a model. */
export interface NetworkFolder {
  readonly folder: string;
  readonly networks: ReadonlyMap<string, NetworkWeights>;
}

/** The weight format to load per network. */
export function chooseFormats({ folder, networks }: NetworkFolder, device: Device): Record<string, WeightFormat> {
  const chosen = [...networks].map(([network, weights]): [string, WeightFormat] => {
    const format = chooseFormat(weights, device);
    if (format === undefined) throw missing(folder, `onnx/${network}.onnx`);
    return [network, format];
  });
  return Object.fromEntries(chosen);
}

/** Whether there is a choice of weights for the network that writes the words beside 8-bit integers. */
export function hasOnlyIntegerWeights({ networks }: NetworkFolder): boolean {
  const decoder = networks.get('decoder_model_merged') ?? networks.get('model');
  return decoder?.present.every(isInteger) ?? false;
}
