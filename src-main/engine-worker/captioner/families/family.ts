import type { ImageProcessor, RawImage, Tensor } from '@huggingface/transformers';
import type { FamilyFolder } from '#core/models/folders/captioner-families.ts';
import type { Layout, LayoutRequest } from '../prompt-layout.ts';

/**
 * What is special about one family of vision-language models in transformers.js' layout: everything else (folder, loading, decoding,
 * streaming, context) is the same for all. A family imports types only, so that naming the families never loads the runtime.
 */
export interface CaptionerFamily extends FamilyFolder {
  /** Most pictures in one prompt. */
  readonly maxPictures: number;
  /** The axis along which the inputs of several pictures are joined. */
  readonly pictureAxis: 0 | 1;
  /** `one by one` where the vision network is only sure to be right for a single picture per run. */
  readonly pictureRuns: 'together' | 'one by one';
  /** Whether prompts of different length may go through the decoder together, padded on the left. */
  readonly canBatch: boolean;
  /** The prompt with the image token where pictures go: once for all of them, or once for each. */
  layOut(request: LayoutRequest): Layout;
  /** Makes the function that turns one picture into inputs of the vision network. */
  preparePictures(parts: PictureParts): (image: RawImage) => Promise<PreparedPicture>;
}

export interface PictureParts {
  readonly processor: ImageProcessor;
  /** processor_config.json; empty where `files` does not name it. */
  readonly processorConfig: Readonly<Record<string, unknown>>;
  readonly imageTokenId: number;
  /** Id of an added token. @throws AppError `model-broken` when the tokenizer has none of that text */
  tokenId(text: string): number;
  /** Rows of features that the vision network gives for one picture; known from its shape or config, else found by running it once. */
  featureCount(inputs: VisionInputs): Promise<number>;
  /** Scales by Lanczos, which neither skips pixels nor darkens borders. */
  scale(image: RawImage, width: number, height: number): Promise<RawImage>;
}

/** Inputs of the vision network by name. */
export type VisionInputs = Readonly<Record<string, Tensor>>;

export interface PreparedPicture {
  readonly inputs: VisionInputs;
  /** The tokens that take the place of the image token in the prompt: image tokens, one per row of features, and what surrounds them. */
  readonly tokens: readonly number[];
}

/** More pictures per shot than these are never asked for. */
export const ANY_PICTURES = 8;

export function repeat(token: number, count: number): number[] {
  return Array.from({ length: count }, () => token);
}
