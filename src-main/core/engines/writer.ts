import type { Picture } from '#core/media/pictures.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Words } from '#shared/words/words.ts';
import type { CaptionContext, CaptionResult, GenerationOptions } from './captioner.ts';
import type { Engine } from './engine.ts';

/** Text and pictures in the order in which a model reads them. */
export type PromptPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'picture'; readonly picture: Picture };

export interface WriteRequest {
  /** One turn of a person; at least one text. */
  readonly parts: readonly PromptPart[];
  readonly generation: GenerationOptions;
}

/** A request is longer than what the model can take, which nobody but its server could count beforehand. */
export class ContextExceededError extends AppError {
  constructor(said: Words, options?: ErrorOptions) {
    super('invalid-input', said, options);
  }
}

/** A model that reads text, and pictures where `maxPictures` allows, and writes text. */
export interface Writer extends Engine {
  /** Most pictures in one request; 0: it reads text only. */
  readonly maxPictures: number;
  /** False: it answers only to a request with pictures. */
  readonly readsTextAlone: boolean;
  /** Tokens that request and answer may have together. */
  readonly contextTokens: number;
  /** Tokens that a picture is reckoned to take of them. */
  readonly pictureTokens: number;
  /** Longest side of the pictures that it makes use of, in pixels. Left out: 448. */
  readonly pictureSizePx?: number;
  /** How many tokens a text takes; left out where only the server knows. */
  countTokens?(text: string): Promise<number>;
  /** @throws ContextExceededError */
  write(request: WriteRequest, context: CaptionContext): Promise<CaptionResult>;
}
