/**
 * What the folder of a model of one family holds, in transformers.js' layout. How the family runs stands in the engine worker
 * (`engine-worker/captioner/families/`), which begins with this.
 */
export interface FamilyFolder {
  /** For people. */
  readonly title: string;
  /** Values of `model_type` in config.json. */
  readonly modelTypes: readonly string[];
  /** The networks in `onnx/`, without the ending of their weight format. */
  readonly networks: readonly string[];
  /** Files that this family needs beside config, tokenizer and preprocessor. */
  readonly files: readonly string[];
  /** False where the picture is no part of the prompt: such a model has an encoder for picture and prompt, and a decoder for the answer. */
  readonly hasImageToken: boolean;
}

/** The networks of every family that puts pictures into the prompt. */
const networks = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;

/** Every family of captioners. A new one is an entry here and a file in the engine worker. */
export const FAMILY_FOLDERS = {
  llava: { title: 'LLaVA', modelTypes: ['llava'], networks, files: [], hasImageToken: true },
  llavaQwen: {
    title: 'FastVLM and LLaVA-OneVision',
    modelTypes: ['llava_qwen2', 'llava_onevision'],
    networks,
    files: [],
    hasImageToken: true,
  },
  moondream: { title: 'moondream', modelTypes: ['moondream1'], networks, files: [], hasImageToken: true },
  idefics3: {
    title: 'SmolVLM and Idefics3',
    modelTypes: ['smolvlm', 'idefics3'],
    networks,
    files: ['processor_config.json'],
    hasImageToken: true,
  },
  lfm2Vl: { title: 'LFM2-VL', modelTypes: ['lfm2_vl'], networks, files: [], hasImageToken: true },
  qwenVl: { title: 'Qwen-VL', modelTypes: ['qwen2_vl', 'qwen2_5_vl', 'qwen3_vl'], networks, files: [], hasImageToken: true },
  florence2: {
    title: 'Florence-2',
    modelTypes: ['florence2'],
    networks: ['vision_encoder', 'embed_tokens', 'encoder_model', 'decoder_model_merged'],
    files: [],
    hasImageToken: false,
  },
} as const satisfies Readonly<Record<string, FamilyFolder>>;

export type FamilyId = keyof typeof FAMILY_FOLDERS;

/** Null for a `model_type` of no family that runs here. */
export function familyOf(modelType: string): FamilyId | null {
  const found = Object.entries<FamilyFolder>(FAMILY_FOLDERS).find(([, family]) => family.modelTypes.includes(modelType));
  // The keys of the table are the ids.
  return found === undefined ? null : (found[0] as FamilyId);
}
