import { z } from 'zod';
import { EndTokens, type LanguageFiles, type NetworkFolder, readLanguageFiles } from './language-folder.ts';
import { broken, findNetworks, readJson, WishedFormat } from './model-folder.ts';
import { words } from '#shared/words/words.ts';

/** Values of `model_type` in config.json of text models that are proven to run here, each with a tiny model of its architecture. */
export const WRITER_MODEL_TYPES: readonly string[] = ['llama', 'qwen2', 'qwen3'];

const WRITER_NETWORKS = ['model'] as const;

/** However much a model could take: what it remembers of 4,096 tokens is up to 0.9 GB (Qwen3 0.6B), and reading them takes its time. */
export const MOST_CONTEXT_TOKENS = 4096;

const Config = z.looseObject({
  model_type: z.enum(WRITER_MODEL_TYPES),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  num_key_value_heads: z.int().positive().optional(),
  hidden_size: z.int().positive(),
  head_dim: z.int().positive().nullish(),
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive().optional(),
  eos_token_id: EndTokens,
  'transformers.js_config': z.looseObject({ dtype: WishedFormat.optional() }).optional(),
});

/** A text model's folder that is complete on paper; whether its network agrees with its config shows when it is loaded. */
export interface WriterFolder extends LanguageFiles, NetworkFolder {
  readonly layerCount: number;
  /** Heads of keys and values, and how wide each is. */
  readonly heads: { readonly key: 'num_key_value_heads' | 'num_attention_heads'; readonly count: number; readonly size: number };
  readonly vocabularySize: number;
}

/**
 * Reads the small files of a text model's folder in transformers.js' layout and finds its network. Loads no weights.
 * @throws AppError `model-missing` naming a file that is not there, `model-broken` naming a file and the key that is wrong
 */
export async function readWriterFolder(folder: string): Promise<WriterFolder> {
  const config = await readJson(folder, 'config.json', Config);
  const language = await readLanguageFiles(folder, {
    positions: config.max_position_embeddings,
    endTokens: config.eos_token_id,
    needed: ['config.json'],
  });
  if (!language.hasChatTemplate) throw broken(folder, 'tokenizer_config.json', words('models.noChatTemplate'));
  if (language.endTokenIds.length === 0) throw broken(folder, 'config.json', words('models.noEndToken'));
  const { weights, files } = await findNetworks(folder, WRITER_NETWORKS, config['transformers.js_config']?.dtype);
  const { num_key_value_heads: keyValueHeads, num_attention_heads: attentionHeads } = config;
  return {
    ...language,
    folder,
    contextLength: Math.min(language.contextLength, MOST_CONTEXT_TOKENS),
    files: [...language.files, ...files].sort(),
    networks: weights,
    layerCount: config.num_hidden_layers,
    heads: {
      key: keyValueHeads === undefined ? 'num_attention_heads' : 'num_key_value_heads',
      count: keyValueHeads ?? attentionHeads,
      size: config.head_dim ?? Math.floor(config.hidden_size / attentionHeads),
    },
    vocabularySize: config.vocab_size,
  };
}
