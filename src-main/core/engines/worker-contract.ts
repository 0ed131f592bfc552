import type { Refusal } from '#shared/contract/errors.ts';
import type { DeviceChoice } from '#shared/domain/device.ts';
import type { CaptionRequest, CaptionResult, GenerationOptions } from './captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { RecognisedLine } from './text-recogniser.ts';

/** What every engine of the worker is opened with. Two specs with the same values share one loaded model. */
interface ModelSpec {
  /** The model in the model store; also the id of the engine. */
  readonly modelId: string;
  readonly threads: number;
  readonly device: DeviceChoice;
  /** Size of its files: larger ones may take longer to load. Left out: small. */
  readonly bytes?: number;
}

/** A captioner folder to load. */
export interface CaptionerSpec extends ModelSpec {
  /** Absolute path of a Hugging Face style folder. */
  readonly folder: string;
  /** Hash of the folder's files (model store); goes into provenance. */
  readonly sha256: string;
  /** Most requests in one run of networks that can. Left out: 1 on the CPU, and on a GPU 8 where a self-test finds the same texts. */
  readonly batchSize?: number;
}

/** A text model's folder to load. */
export interface WriterSpec extends ModelSpec {
  /** Absolute path of a Hugging Face style folder. */
  readonly folder: string;
  /** Hash of the folder's files (model store); goes into provenance. */
  readonly sha256: string;
}

/** One turn of a person, for a model that reads text alone. */
export interface TextRequest {
  readonly text: string;
  readonly generation: GenerationOptions;
}

/** What is known once an engine is open. */
export interface OpenedEngine {
  /** The execution provider that runs it. */
  readonly device: string;
  /** For people: why another device than the asked or the best one runs. Empty when all is as it should be. */
  readonly notes: readonly string[];
  /** How many inputs of a call it takes in one run. Left out: 1. */
  readonly batchSize?: number;
  /** Tokens that prompt and answer may have together; left out for engines without. */
  readonly contextTokens?: number;
}

export interface TransNetSpec extends ModelSpec {
  /** Absolute path of the ONNX file. */
  readonly modelPath: string;
}

/** A Whisper folder to load. On the CPU alone: its weights are of a few bits, which GPU providers do not multiply. */
export interface WhisperSpec extends ModelSpec {
  readonly device: DeviceChoice;
  /** Absolute path of a folder in transformers.js' layout. */
  readonly folder: string;
}

export interface VadSpec extends ModelSpec {
  readonly device: 'cpu';
  /** Absolute path of the ONNX file. */
  readonly modelPath: string;
}

/**
 * A folder with the two networks of PP-OCR and its list of characters. On the CPU alone: every picture and line has a size of its own, for
 * each of which a GPU would compile anew.
 */
export interface TextRecogniserSpec extends ModelSpec {
  readonly device: 'cpu';
  readonly folder: string;
  /** For measuring; left out: the best. */
  readonly spaceThreshold?: number;
}

/** Probabilities per frame, 0..1. */
export interface WindowScores {
  /** The frame is the last one of its shot, or the middle of a gradual transition. */
  readonly cut: Float32Array;
  /** The frame lies in a transition. */
  readonly transition: Float32Array;
}

/** One execution provider of onnxruntime on this machine. */
export interface ProviderReport {
  readonly name: string;
  /** True when the installed onnxruntime carries the provider's code. */
  readonly isBundled: boolean;
  /** True when a tiny network ran on it and gave the right numbers. */
  readonly works: boolean;
  /** Why it does not work, in onnxruntime's words; null when it does. */
  readonly problem: string | null;
}

/** Text of the request with that index in its batch. */
export interface BatchText {
  readonly index: number;
  readonly text: string;
}

/** One thing to ask of an open engine; `update` is what it reports meanwhile, any number of times (`never`: nothing). */
interface EngineCall {
  readonly input: unknown;
  readonly output: unknown;
  readonly update: unknown;
}

/**
 * Every kind of engine that the worker runs: what it is opened with, and what can be asked of it then. What runs each of them stands
 * in `worker-engines.ts`.
 */
export interface EngineKinds {
  captioner: {
    readonly spec: CaptionerSpec;
    /** A batch; `update`: the whole text so far of one of its requests. */
    readonly calls: {
      readonly caption: {
        readonly input: readonly CaptionRequest[];
        readonly output: readonly CaptionResult[];
        readonly update: BatchText;
      };
    };
  };
  'pp-ocr': {
    readonly spec: TextRecogniserSpec;
    readonly calls: { readonly recognise: { readonly input: Picture; readonly output: RecognisedLine[]; readonly update: never } };
  };
  'transnet-v2': {
    readonly spec: TransNetSpec;
    /** `input`: frames in a row, RGB24 [frames, 27, 48, 3]. */
    readonly calls: { readonly scoreWindow: { readonly input: Uint8Array; readonly output: WindowScores; readonly update: never } };
  };
  writer: {
    readonly spec: WriterSpec;
    /** `update`: the whole text so far. */
    readonly calls: {
      readonly write: { readonly input: TextRequest; readonly output: CaptionResult; readonly update: string };
      readonly countTokens: { readonly input: string; readonly output: number; readonly update: never };
    };
  };
  whisper: {
    readonly spec: WhisperSpec;
    readonly calls: { readonly transcribe: { readonly input: WhisperInput; readonly output: WhisperOutput; readonly update: never } };
  };
  'silero-vad': {
    readonly spec: VadSpec;
    readonly calls: { readonly probabilities: { readonly input: VadInput; readonly output: VadOutput; readonly update: never } };
  };
}

export type EngineKind = keyof EngineKinds;
export type CallName<K extends EngineKind> = keyof EngineKinds[K]['calls'] & string;
export type CallOf<K extends EngineKind, N extends CallName<K>> = EngineKinds[K]['calls'][N] extends infer C extends EngineCall ? C : never;

/** An engine and what it is opened with. */
export type EngineSpec<K extends EngineKind = EngineKind> = { [E in K]: { readonly kind: E; readonly spec: EngineKinds[E]['spec'] } }[K];

/**
 * Core → worker. `handle` is a number that the core chose when it opened the engine; closing what is not open is no error. Requests are
 * answered one after another; `cancel` overtakes them. `input` is what `EngineKinds` says for `name`.
 */
export type WorkerRequest =
  | { readonly type: 'open'; readonly id: number; readonly handle: number; readonly engine: EngineSpec }
  | { readonly type: 'call'; readonly id: number; readonly handle: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'close'; readonly id: number; readonly handle: number }
  | { readonly type: 'providers'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number };

/** Worker → core: updates, then the result or the error of the request with that id. */
export type WorkerMessage =
  | { readonly type: 'update'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | ({ readonly type: 'error'; readonly id: number } & Refusal);

/** Samples of one window, 32 ms at 16 kHz; before them the network wants the last 64 of the window before. */
export const VAD_WINDOW_SAMPLES = 512;

/** What the network remembers between windows. */
export interface VadMemory {
  readonly hidden: Float32Array;
  readonly context: Float32Array;
}

export interface VadInput {
  /** 16 kHz mono, a multiple of `VAD_WINDOW_SAMPLES`. */
  readonly samples: Float32Array;
  /** As the call before gave it; null at the beginning of a recording. */
  readonly memory: VadMemory | null;
}

export interface VadOutput {
  /** Probability of speech in each window, 0..1. */
  readonly probabilities: Float32Array;
  readonly memory: VadMemory;
}

export interface Seconds {
  readonly startS: number;
  readonly endS: number;
}

/** A word as it is written, with the punctuation that sticks to it; seconds from the beginning of the chunk. */
export interface TimedWord {
  readonly text: string;
  readonly startS: number;
  readonly endS: number;
  /** Mean probability of its tokens, 0..1. */
  readonly probability: number;
}

export interface WhisperInput {
  /** 16 kHz mono, at most 30 seconds. */
  readonly samples: Float32Array;
  /** Where in it somebody speaks, in order. */
  readonly speech: readonly Seconds[];
  /** Code, e.g. `de`; null: the most likely one. */
  readonly language: string | null;
}

export interface WhisperOutput {
  readonly language: string;
  /** How likely the model holds each language that it knows, summing to 1; of one language alone for a model of one language. */
  readonly languages: Readonly<Record<string, number>>;
  readonly words: readonly TimedWord[];
  readonly meanLogProb: number;
  readonly noSpeechProbability: number;
  /** Why nothing is returned although something was written; null otherwise. */
  readonly doubt: 'silence' | 'repeats' | null;
}

export const TRANSNET_FRAME_SIZE = { width: 48, height: 27 } as const;

export const FRAME_BYTES = TRANSNET_FRAME_SIZE.width * TRANSNET_FRAME_SIZE.height * 3;
