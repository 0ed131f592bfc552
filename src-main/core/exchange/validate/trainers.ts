import { type Words, words } from '#shared/words/words.ts';
import type { TrainedRow } from '../formats/trained-row.ts';
import {
  type ClipFacts,
  diffusionPipeFrames,
  internVlFrames,
  llamaFactoryFrames,
  llavaNextFrames,
  ltxFrames,
  musubiFrames,
  qwenFinetuneFrames,
  qwenUtilsFrames,
  smolVlmFrames,
  type TakenFrames,
} from './sampling.ts';
import { type PictureSize, qwenPictureTokens, qwenVideoTokens, shrunk } from './token-estimate.ts';

/** What becomes of a row that is longer than the limit. */
export type Overflow =
  /** It is left out, and nobody is told. */
  | 'dropped'
  /** Its end is cut off, and with it the answer. */
  | 'answer-cut'
  /** Its pictures are cut into, and training stops there, or takes another row. */
  | 'fails';

/** What the code of a trainer says of rows, with its own settings. */
export interface TrainerFacts {
  /** Name and version of what was read. */
  readonly trainer: string;
  /** Files of it. */
  readonly source: string;
  /** What stands for media in a question; null: a part of the row does, or the whole row is about one clip. */
  readonly token: '<video>' | '<image>' | null;
  /** The same for pictures, where it is another one. */
  readonly pictureToken?: '<image>';
  /** Who may speak; null: there are no roles. Of others the trainer makes something else. */
  readonly roles: readonly string[] | null;
  readonly limit: { readonly tokens: number; readonly setting: string; readonly overflow: Overflow } | null;
  readonly sampling: {
    readonly rule: Words;
    frames(clip: ClipFacts): TakenFrames;
    /** Fewer than the trainer wants: it repeats frames, or sees the clip at hardly more than one place. */
    readonly wants: number;
    /** The first frames only, whatever comes behind them. */
    readonly isHead: boolean;
    /** How many frames more than one it takes in a row: `n × step + 1`; null: any number. */
    readonly step: number | null;
  };
  /** Null: it counts none. */
  pictureTokens: ((frames: number, size: PictureSize) => number) | null;
  /** Keeps what it made of clips, and takes that again where clips changed. */
  readonly cache: Words | null;
  /** Pictures are decoded before training and held in memory. */
  readonly holdsPictures: boolean;
  /** Needs the same frame rate in all clips. */
  readonly wantsOneRate: boolean;
}

const ANY = { isHead: false, step: null, wants: 1 } as const;
const PLAIN = { cache: null, holdsPictures: false, wantsOneRate: false } as const;

/** The bucket that the LTX trainer's `README.md` of an export names. */
const LTX_BUCKET = 49;
/** As `dataset.toml` says. */
const MUSUBI_MOST = 81;
const PIPE_BUCKET = 33;
/** Wan's; Hunyuan's is 24. */
const WAN_FPS = 16;

/** By the id of the format. The settings are those of the trainer, or those that the export's own side files have. */
const TRAINERS: Readonly<Record<string, TrainerFacts>> = {
  'qwen-vl-finetune': {
    ...PLAIN,
    trainer: 'qwen-vl-finetune 9658872 with Qwen3-VL',
    source: 'qwenvl/train/argument.py, qwenvl/data/data_processor.py; transformers 5.24.0, video_processing_qwen3_vl.py',
    token: '<video>',
    roles: ['human', 'gpt'],
    limit: { tokens: 512, setting: 'model_max_length', overflow: 'answer-cut' },
    sampling: { ...ANY, rule: words('exchange.seesQwen'), frames: qwenFinetuneFrames, wants: 4 },
    pictureTokens: (frames, size) => qwenVideoTokens(frames, size, { least: 256 * 28 * 28, most: 1024 * 28 * 28 }),
  },
  'llama-factory': {
    ...PLAIN,
    trainer: 'LLaMA-Factory 0.9.5 with Qwen3-VL',
    source: 'data/mm_plugin.py, hparams/data_args.py, hparams/model_args.py',
    token: '<video>',
    roles: ['user', 'assistant'],
    limit: { tokens: 2048, setting: 'cutoff_len', overflow: 'fails' },
    sampling: { ...ANY, rule: words('exchange.seesLlamaFactory'), frames: llamaFactoryFrames, wants: 2 },
    pictureTokens: (frames, size) => qwenVideoTokens(frames, shrunk(size, 256 * 256), { least: 4096, most: 25_165_824 }),
    holdsPictures: true,
  },
  'ms-swift': {
    ...PLAIN,
    trainer: 'ms-swift 4.6.0 with Qwen3-VL',
    source: 'template/base.py, arguments/base_args/template_args.py; qwen-vl-utils 0.0.14, vision_process.py',
    token: '<video>',
    roles: ['system', 'user', 'assistant', 'tool', 'tool_call', 'tool_response'],
    // The model's own; transformers 5.24.0, configuration_qwen3_vl.py, where a model states none.
    limit: { tokens: 128_000, setting: 'max_length', overflow: 'dropped' },
    sampling: { ...ANY, rule: words('exchange.seesQwenUtils'), frames: qwenUtilsFrames, wants: 4 },
    pictureTokens: (frames, size) =>
      qwenVideoTokens(frames, size, { least: 128 * 1024 * frames, most: Math.min(768 * 1024 * frames, 128_000 * 1024 * 0.9 * 2) }),
  },
  'llava-next': {
    ...PLAIN,
    trainer: 'LLaVA-NeXT df17966',
    source: 'llava/train/train.py, llava/utils.py',
    token: '<image>',
    roles: ['human', 'gpt'],
    limit: { tokens: 4096, setting: 'model_max_length', overflow: 'answer-cut' },
    sampling: { ...ANY, rule: words('exchange.seesLlavaNext'), frames: llavaNextFrames },
    // 14 rows of 14, each with a sign for its end.
    pictureTokens: (frames) => frames * 14 * 15,
  },
  internvl: {
    ...PLAIN,
    trainer: 'InternVL 2410d1d',
    source: 'internvl_chat/internvl/train/internvl_chat_finetune.py, dataset.py',
    token: '<video>',
    pictureToken: '<image>',
    roles: ['system', 'human', 'gpt'],
    limit: { tokens: 8192, setting: 'max_seq_length', overflow: 'fails' },
    sampling: { ...ANY, rule: words('exchange.seesInternVl'), frames: internVlFrames, wants: 8 },
    // Of 448 × 448 pixels, with a beginning, an end and its number.
    pictureTokens: (frames) => frames * (256 + 6),
  },
  axolotl: {
    ...PLAIN,
    trainer: 'axolotl 0.19.0 with SmolVLM2',
    source: 'utils/collators/mm_chat.py; transformers 5.24.0, video_processing_smolvlm.py',
    token: null,
    roles: ['system', 'user', 'assistant'],
    // `sequence_len` is not looked at where data sets are not prepared, as the README of the export has it.
    limit: null,
    sampling: { ...ANY, rule: words('exchange.seesSmolVlm'), frames: smolVlmFrames },
    // 81 of the model with 2.2 billion weights, and the time of the frame.
    pictureTokens: (frames) => frames * (81 + 12),
  },
  trl: {
    ...PLAIN,
    trainer: 'TRL 1.16.0 with Qwen2.5-VL',
    source: 'trl/trainer/sft_config.py, sft_trainer.py',
    token: null,
    roles: ['system', 'user', 'assistant'],
    limit: { tokens: 1024, setting: 'max_length', overflow: 'fails' },
    sampling: { ...ANY, rule: words('exchange.seesPictures'), frames: ({ frameCount }) => ({ count: frameCount, at: (index) => index }) },
    pictureTokens: (frames, size) => frames * qwenPictureTokens(size),
  },
  'musubi-tuner': {
    trainer: 'musubi-tuner 30c658c with Wan',
    source: 'dataset/image_video_dataset.py, dataset/media_utils.py',
    token: null,
    roles: null,
    limit: null,
    sampling: {
      rule: words('exchange.seesMusubi', { fps: WAN_FPS, most: MUSUBI_MOST }),
      frames: (clip) => musubiFrames(clip, WAN_FPS, MUSUBI_MOST),
      wants: 5,
      isHead: true,
      step: 4,
    },
    pictureTokens: null,
    cache: words('exchange.cacheMusubi'),
    holdsPictures: false,
    wantsOneRate: true,
  },
  'diffusion-pipe': {
    ...PLAIN,
    trainer: 'diffusion-pipe 8f83dbf with Wan',
    source: 'models/base.py, utils/dataset.py',
    token: null,
    roles: null,
    limit: null,
    sampling: {
      rule: words('exchange.seesDiffusionPipe', { fps: WAN_FPS, bucket: PIPE_BUCKET }),
      frames: (clip) => diffusionPipeFrames(clip, WAN_FPS, PIPE_BUCKET),
      wants: 5,
      isHead: true,
      step: 4,
    },
    pictureTokens: null,
  },
  'ltx-2': {
    ...PLAIN,
    trainer: 'LTX-2 trainer 400fd31',
    source: 'packages/ltx-trainer/scripts/process_videos.py',
    token: null,
    roles: null,
    limit: null,
    sampling: {
      rule: words('exchange.seesLtx', { bucket: LTX_BUCKET }),
      frames: (clip) => ltxFrames(clip, LTX_BUCKET),
      wants: 9,
      isHead: true,
      step: 8,
    },
    pictureTokens: null,
    cache: words('exchange.cacheLtx'),
  },
};

/** What its trainer does with rows of a format; null: it is for none in particular. */
export function trainerOf(formatId: string): TrainerFacts | null {
  return Object.hasOwn(TRAINERS, formatId) ? (TRAINERS[formatId] ?? null) : null;
}

/** What stands for the media of a row; null: no token does. */
export function tokenOf({ token, pictureToken }: TrainerFacts, { media }: TrainedRow): TrainerFacts['token'] {
  return media.kind === 'pictures' ? (pictureToken ?? token) : token;
}
