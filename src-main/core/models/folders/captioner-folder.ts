import { z } from 'zod';
import { EndTokens, type LanguageFiles, type NetworkFolder, readLanguageFiles } from './language-folder.ts';
import { broken, findNetworks, readJson, WishedFormat } from './model-folder.ts';
import { WRITER_MODEL_TYPES } from './writer-folder.ts';
import { FAMILY_FOLDERS, type FamilyFolder, type FamilyId, familyOf } from './captioner-families.ts';
import { words } from '#shared/words/words.ts';

const LanguageModel = z.looseObject({
  hidden_size: z.int().positive().optional(),
  d_model: z.int().positive().optional(),
  num_hidden_layers: z.int().positive().optional(),
  decoder_layers: z.int().positive().optional(),
  max_position_embeddings: z.int().positive().optional(),
  eos_token_id: EndTokens,
});
const Config = LanguageModel.extend({
  model_type: z.string(),
  image_token_index: z.int().nonnegative().optional(),
  image_token_id: z.int().nonnegative().optional(),
  image_seq_length: z.int().positive().optional(),
  /** Where the language model is described: in the config itself (Qwen2-VL, FastVLM), or in a part of it. */
  text_config: LanguageModel.optional(),
  phi_config: LanguageModel.optional(),
  'transformers.js_config': z.looseObject({ dtype: WishedFormat.optional() }).optional(),
});
type Config = z.infer<typeof Config>;
/** Pixels of a side; larger pictures than any encoder takes would fill the memory. */
const Side = z.number().positive().max(8192);
const PictureSize = z.union([Side, z.looseObject({ height: Side.optional(), width: Side.optional() })]).nullish();
const Preprocessor = z.looseObject({ image_processor_type: z.string().optional(), size: PictureSize, crop_size: PictureSize });

/** A number of config.json with the key that it stands under. */
export interface ConfigValue {
  readonly key: string;
  readonly value: number;
}

/** A captioner's folder that is complete on paper; whether its networks agree with its config shows when they are loaded. */
export interface CaptionerFolder extends LanguageFiles, NetworkFolder {
  readonly familyId: FamilyId;
  /** What stands for pictures in a prompt, e.g. `<image>`; null where the family's prompts have none. */
  readonly image: { readonly token: string; readonly tokenId: number } | null;
  /** Image tokens per picture as the config says; null: it does not. */
  readonly tokensPerImage: number | null;
  /** Of the language model; null where the config does not say. */
  readonly hiddenSize: ConfigValue | null;
  readonly layerCount: ConfigValue | null;
  /** processor_config.json; empty for families that do without. */
  readonly processorConfig: Readonly<Record<string, unknown>>;
}

/**
 * Reads the small files of a captioner's folder and finds its networks. Loads no weights.
 * @throws AppError `model-missing` naming a file that is not there, `model-broken` naming a file and the key that is wrong.
 */
export async function readCaptionerFolder(folder: string): Promise<CaptionerFolder> {
  const config = await readJson(folder, 'config.json', Config);
  const familyId = familyOf(config.model_type);
  if (familyId === null) {
    const known = Object.values(FAMILY_FOLDERS)
      .flatMap((one) => one.modelTypes)
      .join(', ');
    throw broken(
      folder,
      'config.json',
      words('models.typeUnknown', { type: config.model_type, captions: known, summaries: WRITER_MODEL_TYPES.join(', ') }),
    );
  }
  const family: FamilyFolder = FAMILY_FOLDERS[familyId];
  const part = (['text_config', 'phi_config'] as const).find((key) => config[key] !== undefined);
  const text = (part === undefined ? undefined : config[part]) ?? config;
  const language = await readLanguageFiles(folder, {
    positions: text.max_position_embeddings ?? config.max_position_embeddings,
    endTokens: config.eos_token_id ?? text.eos_token_id,
    needed: ['config.json', 'preprocessor_config.json', ...family.files],
  });
  await readJson(folder, 'preprocessor_config.json', Preprocessor);
  const networks = await findNetworks(folder, family.networks, config['transformers.js_config']?.dtype);
  const valueOf = (...keys: readonly ('hidden_size' | 'd_model' | 'num_hidden_layers' | 'decoder_layers')[]): ConfigValue | null => {
    const key = keys.find((one) => text[one] !== undefined);
    const value = key === undefined ? undefined : text[key];
    return key === undefined || value === undefined ? null : { key: part === undefined ? key : `${part}.${key}`, value };
  };
  return {
    ...language,
    folder,
    familyId,
    files: [...language.files, ...networks.files].sort(),
    image: family.hasImageToken ? imageTokenOf(folder, config, language.addedTokens) : null,
    tokensPerImage: config.image_seq_length ?? null,
    hiddenSize: valueOf('hidden_size', 'd_model'),
    layerCount: valueOf('decoder_layers', 'num_hidden_layers'),
    processorConfig: family.files.includes('processor_config.json')
      ? await readJson(folder, 'processor_config.json', z.looseObject({}))
      : {},
    networks: networks.weights,
  };
}

function imageTokenOf(folder: string, config: Config, added: ReadonlyMap<string, number>): { token: string; tokenId: number } {
  const tokenId = config.image_token_index ?? config.image_token_id;
  const key = config.image_token_index === undefined && config.image_token_id !== undefined ? 'image_token_id' : 'image_token_index';
  if (tokenId === undefined) throw broken(folder, 'config.json', words('models.keyMissing', { key }));
  const [token] = [...added].find(([, id]) => id === tokenId) ?? [];
  if (token === undefined) throw broken(folder, 'config.json', words('models.tokenIdUnknown', { key, tokenId }));
  return { token, tokenId };
}
