import { z } from 'zod';
import type { NetworkFolder } from './language-folder.ts';
import { broken, findNetworks, readJson, WishedFormat } from './model-folder.ts';
import { words, type Words } from '#shared/words/words.ts';

export const WHISPER_MODEL_TYPE = 'whisper';

const NETWORKS = ['encoder_model', 'decoder_model_merged'] as const;

const Config = z.looseObject({
  model_type: z.literal(WHISPER_MODEL_TYPE),
  decoder_attention_heads: z.int().positive(),
  decoder_layers: z.int().positive(),
  max_target_positions: z.int().positive().default(448),
  vocab_size: z.int().positive(),
  'transformers.js_config': z.looseObject({ dtype: WishedFormat.optional() }).optional(),
});
/** `<|de|>`, `<|haw|>`: the code goes into each segment of a transcript. */
const LanguageToken = z
  .string()
  .max(40)
  .regex(/^(?:<\|)?[a-z]{2,8}(?:[-_][a-z0-9]{2,8})*(?:\|>)?$/iu, 'is not the token of a language');
const GenerationConfig = z.looseObject({
  alignment_heads: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])).min(1),
  begin_suppress_tokens: z.array(z.int()).nullish(),
  decoder_start_token_id: z.int(),
  eos_token_id: z.int(),
  is_multilingual: z.boolean().default(true),
  lang_to_id: z.record(LanguageToken, z.int()).nullish(),
  no_timestamps_token_id: z.int(),
  suppress_tokens: z.array(z.int()).nullish(),
  task_to_id: z.object({ transcribe: z.int() }).loose().nullish(),
});
const Preprocessor = z.looseObject({ feature_size: z.int().positive(), sampling_rate: z.literal(16_000).default(16_000) });
const AnyObject = z.looseObject({});

/** A Whisper folder that is complete on paper. */
export interface WhisperFolder extends NetworkFolder {
  /** Relative paths of every file that is used, sorted. */
  readonly files: readonly string[];
  /** Decoder heads that follow the audio, [layer, head]: word times are read from their attention. */
  readonly alignmentHeads: readonly (readonly [number, number])[];
  /** Language code → token. Empty for a model of one language. */
  readonly languageTokens: ReadonlyMap<string, number>;
  readonly startToken: number;
  readonly endToken: number;
  readonly noTimestampsToken: number;
  readonly transcribeToken: number | null;
  /** The longest sequence of start tokens and words. */
  readonly contextLength: number;
  /** Of the decoder. */
  readonly layerCount: number;
  /** Frequency bands of the spectrogram that the encoder looks at. */
  readonly melBands: number;
}

const JSON_FILES = ['config.json', 'generation_config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/**
 * Reads the small files of a Whisper folder in transformers.js' layout and finds its networks. Loads no weights.
 * @throws AppError `model-missing` naming a file that is not there, `model-broken` naming a file and the key that is wrong
 */
export async function readWhisperFolder(folder: string): Promise<WhisperFolder> {
  const config = await readJson(folder, 'config.json', Config);
  const generation = await readJson(folder, 'generation_config.json', GenerationConfig);
  const preprocessor = await readJson(folder, 'preprocessor_config.json', Preprocessor);
  await readJson(folder, 'tokenizer.json', AnyObject);
  await readJson(folder, 'tokenizer_config.json', AnyObject);
  checkNumbers(folder, generation, config);
  const { weights: networks, files } = await findNetworks(folder, NETWORKS, config['transformers.js_config']?.dtype);
  return {
    folder,
    files: [...JSON_FILES, ...files].sort(),
    networks,
    alignmentHeads: generation.alignment_heads,
    languageTokens: new Map(
      generation.is_multilingual
        ? Object.entries(generation.lang_to_id ?? {}).map(([token, id]) => [token.replace(/^<\||\|>$/gu, ''), id])
        : [],
    ),
    startToken: generation.decoder_start_token_id,
    endToken: generation.eos_token_id,
    noTimestampsToken: generation.no_timestamps_token_id,
    transcribeToken: generation.is_multilingual ? (generation.task_to_id?.transcribe ?? null) : null,
    contextLength: config.max_target_positions,
    layerCount: config.decoder_layers,
    melBands: preprocessor.feature_size,
  };
}

/** Settings of one Whisper beside the networks of another name layers, heads and tokens that are not there. */
function checkNumbers(folder: string, generation: z.infer<typeof GenerationConfig>, config: z.infer<typeof Config>): void {
  const fail = (reason: Words): never => {
    throw broken(folder, 'generation_config.json', reason);
  };
  for (const [layer, head] of generation.alignment_heads) {
    if (layer >= config.decoder_layers) fail(words('models.layerUnknown', { layer, layers: config.decoder_layers }));
    if (head >= config.decoder_attention_heads) fail(words('models.headUnknown', { head, heads: config.decoder_attention_heads }));
  }
  for (const key of ['decoder_start_token_id', 'eos_token_id', 'no_timestamps_token_id'] as const) {
    if (generation[key] >= config.vocab_size)
      fail(words('models.beyondVocabulary', { key, value: generation[key], size: config.vocab_size }));
  }
}
