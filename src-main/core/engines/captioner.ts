import type { Picture } from '#core/media/pictures.ts';
import type { Engine } from './engine.ts';

export interface GenerationOptions {
  readonly maxNewTokens: number;
  /** 0: greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** For sampling; the same seed gives the same text on one device. */
  readonly seed: number;
  /**
   * No run of this many tokens comes twice in the answer (3 in Shotluck-Holmes' evaluation); 0: off. Left out: 3. Endpoints, which count tokens
   * in their own way, are stopped once they say the same again and again.
   */
  readonly noRepeatNgramSize?: number;
}

export interface CaptionRequest {
  /** 1–8 pictures of one shot, in order. */
  readonly pictures: readonly Picture[];
  /** Rendered prompt without image tokens; the engine adds its model's own layout. */
  readonly prompt: string;
  readonly generation: GenerationOptions;
}

export interface CaptionContext {
  /** Aborting ends generation within a second; the promise rejects with AppError `cancelled`. */
  readonly signal: AbortSignal;
  /** The whole text so far, as tokens come. */
  onText(text: string): void;
  /** The shot as an MP4 of at most this size, for captioners that take videos; left out where there is none. */
  clip?(maxSizePx: number): Promise<Uint8Array>;
}

export interface CaptionResult {
  readonly text: string;
  /** Generated tokens, the end token among them. */
  readonly tokenCount: number;
  /** Mean natural-log probability that the model gave to these tokens, before temperature and top-p; ≤ 0. Null where it is not known. */
  readonly meanLogProb: number | null;
  /** The execution provider, or the address of the server, that ran the model. */
  readonly device: string;
  /** The model's name where the engine's id does not contain it, e.g. as a server calls it. */
  readonly model?: string;
  /** Empty where it cannot be known. */
  readonly modelSha256: string;
  /** The prompt as the model saw it, image tokens shortened to `<image>×N`. */
  readonly renderedPrompt: string;
  /** Sentences for provenance on what was done otherwise than asked, e.g. frames left out to fit the model's context. */
  readonly notes: readonly string[];
}

export interface Captioner extends Engine {
  /** How many shots may be captioned at the same time: calls in flight, which it may run as one batch. Left out: 1. */
  readonly parallel?: number;
  /** Longest side of the pictures that it makes use of, in pixels. Left out: 448. */
  readonly pictureSizePx?: number;
  /** Tokens that prompt, pictures and answer may have together, where it is known. */
  readonly contextTokens?: number;
  caption(request: CaptionRequest, context: CaptionContext): Promise<CaptionResult>;
}

export const DEFAULT_NO_REPEAT_NGRAM_SIZE = 3;
