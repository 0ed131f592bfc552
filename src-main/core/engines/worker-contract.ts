import type { AppErrorCode } from '#shared/contract/errors.ts';
import type { CaptionRequest, CaptionResult } from './engine.ts';

/**
 * Where a network may run; names are those of onnxruntime's execution providers. `auto` takes the best that passes its self-test,
 * and the CPU for networks that gain nothing elsewhere.
 */
export type Device = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
export type DeviceChoice = Device | 'auto';

/** A captioner folder to load. Two specs with the same values share one loaded model. */
export interface CaptionerSpec {
  readonly modelId: string;
  /** Absolute path of a Hugging Face style folder. */
  readonly folder: string;
  /** Hash of the folder's files (model store); goes into provenance. */
  readonly sha256: string;
  readonly threads: number;
  readonly device: DeviceChoice;
}

/** What is known once a captioner is loaded. */
export interface LoadedCaptioner {
  readonly device: string;
  /** For people: why another device than the asked one runs, which weights were chosen. */
  readonly notes: readonly string[];
}

export interface TransNetSpec {
  /** Absolute path of the ONNX file. */
  readonly modelPath: string;
  readonly threads: number;
  /** onnxruntime execution providers in order of preference, e.g. `['cpu']`. */
  readonly providers: readonly string[];
}

/** One score per frame of the window, 0..1. */
export interface WindowScores {
  readonly cut: Float32Array;
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

/**
 * Everything that the core may ask of its engine worker. `handle` is a number that the caller chose when it opened the engine.
 * Calls run one after another; `cancel` overtakes them.
 */
export interface WorkerCalls {
  openCaptioner: { readonly input: { readonly handle: number; readonly spec: CaptionerSpec }; readonly output: LoadedCaptioner };
  caption: { readonly input: { readonly handle: number; readonly request: CaptionRequest }; readonly output: CaptionResult };
  openTransNet: { readonly input: { readonly handle: number; readonly spec: TransNetSpec }; readonly output: { readonly device: string } };
  scoreWindow: { readonly input: { readonly handle: number; readonly frames: Uint8Array }; readonly output: WindowScores };
  /** Unloads an engine; closing what is not open is no error. */
  close: { readonly input: { readonly handle: number }; readonly output: null };
  providers: { readonly input: null; readonly output: readonly ProviderReport[] };
}

export type WorkerCallName = keyof WorkerCalls;

export type WorkerCall<N extends WorkerCallName = WorkerCallName> = {
  [K in N]: { readonly type: 'call'; readonly id: number; readonly name: K; readonly input: WorkerCalls[K]['input'] };
}[N];

/** Core → worker. */
export type WorkerRequest = WorkerCall | { readonly type: 'cancel'; readonly id: number };

/** Worker → core. `text` comes any number of times before the result of a `caption`, each with the whole text so far. */
export type WorkerMessage =
  | { readonly type: 'result'; readonly id: number; readonly value: WorkerCalls[WorkerCallName]['output'] }
  | { readonly type: 'text'; readonly id: number; readonly text: string }
  | { readonly type: 'error'; readonly id: number; readonly code: AppErrorCode; readonly message: string };
