import { cat, type ImageProcessor, type PreTrainedModel, RawImage, type Tensor } from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Picture } from '#core/media/pictures.ts';
import { broken } from '#core/models/folders/model-folder.ts';
import type { PreparedPicture, VisionInputs } from './families/family.ts';
import type { RunnableFolder } from './captioner-families.ts';

/** Turns a frame into inputs of the vision network. @throws AppError `invalid-input` for a frame with too few or many bytes */
export type PictureReader = (picture: Picture) => Promise<PreparedPicture>;

export interface PictureReaderParts {
  readonly folder: RunnableFolder;
  readonly processor: ImageProcessor;
  readonly model: PreTrainedModel;
  /** Rows of features per picture as shape or config of the vision network state it; null: it must be run to know. */
  readonly featureCount: number | null;
}

export function createPictureReader({ folder, processor, model, featureCount }: PictureReaderParts): PictureReader {
  let known = featureCount;
  const prepare = folder.family.preparePictures({
    processor,
    processorConfig: folder.processorConfig,
    imageTokenId: folder.image?.tokenId ?? -1,
    tokenId: (text) => folder.addedTokens.get(text) ?? fail(folder, text),
    async featureCount(inputs) {
      known ??= rowCount((await model.encode_image(inputs)) as Tensor);
      return known;
    },
    scale,
  });
  return async ({ data, width, height }) => {
    if (data.length !== width * height * 3)
      throw new AppError(
        'invalid-input',
        words('worker.frameSizeWrong', { width, height, expected: width * height * 3, bytes: data.length }),
      );
    try {
      return await prepare(new RawImage(data, width, height, 3));
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw broken(
        folder.folder,
        'preprocessor_config.json',
        words('worker.frameNotPrepared', { said: error instanceof Error ? error.message.slice(0, 300) : String(error) }),
      );
    }
  };
}

/**
 * Lanczos, to the very size that the processor wants, so that it has nothing left to scale: transformers.js 4.3.1 does it by an affine
 * transform, which skips pixels when it shrinks a picture and darkens the border when it enlarges one.
 */
async function scale(image: RawImage, width: number, height: number): Promise<RawImage> {
  return image.width === width && image.height === height ? image : image.resize(width, height, { resample: 'lanczos' });
}

/** The inputs of several pictures as one run of the vision network takes them. */
export function joinPictures(pictures: readonly PreparedPicture[], axis: 0 | 1): VisionInputs {
  const names = Object.keys(pictures[0]?.inputs ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      cat(
        pictures.flatMap(({ inputs }) => inputs[name] ?? []),
        axis,
      ),
    ]),
  );
}

/** Rows of features: all dimensions but the last. */
function rowCount(features: Tensor): number {
  return features.dims.slice(0, -1).reduce((product, size) => product * size, 1);
}

function fail(folder: RunnableFolder, token: string): never {
  throw broken(folder.folder, 'tokenizer.json', words('worker.noAddedToken', { token }));
}
