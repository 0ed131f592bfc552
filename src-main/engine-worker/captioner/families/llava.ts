import { layOutAround, layOutChat } from '../prompt-layout.ts';
import { ANY_PICTURES, type CaptionerFamily, type PictureParts, repeat } from './family.ts';
import { FAMILY_FOLDERS } from '#core/models/folders/captioner-families.ts';

/**
 * LLaVA (Liu et al. 2023, "Visual Instruction Tuning") and models of its shape: one row of features per patch, each taking the place
 * of one image token. Several pictures follow each other "flat" under one image token, as in Shotluck-Holmes and in the video mode of
 * LLaVA-OneVision. Pooling (OneVision) and tiles (anyres) are no part of the published networks, so none is done here.
 */
const shared = {
  maxPictures: ANY_PICTURES,
  pictureAxis: 0,
  pictureRuns: 'together',
  canBatch: true,
  preparePictures,
} satisfies Partial<CaptionerFamily>;

/** The layout without a chat template is LLaVA's v1, which shotluck-nano was trained on. */
export const llava: CaptionerFamily = {
  ...FAMILY_FOLDERS.llava,
  ...shared,
  layOut: (request) =>
    layOutChat(request, { pictures: 'flat', withoutTemplate: (image, prompt) => `USER: ${image}\n${prompt} ASSISTANT:` }),
};

/** FastVLM (Vasu et al. 2025) and LLaVA-OneVision 0.5B (Li et al. 2024): LLaVA over Qwen2, which speaks ChatML. */
export const llavaQwen: CaptionerFamily = {
  ...FAMILY_FOLDERS.llavaQwen,
  ...shared,
  layOut: (request) =>
    layOutChat(request, {
      pictures: 'flat',
      withoutTemplate: (image, prompt) => `<|im_start|>user\n${image}\n${prompt}<|im_end|>\n<|im_start|>assistant\n`,
    }),
};

/** moondream (revisions with `model_type` moondream1): trained on one picture and on questions, without chat template. */
export const moondream: CaptionerFamily = {
  ...FAMILY_FOLDERS.moondream,
  ...shared,
  maxPictures: 1,
  layOut: (request) => layOutAround(request, (image, prompt) => `${image}\n\nQuestion: ${prompt}\n\nAnswer:`),
};

function preparePictures({ processor, imageTokenId, featureCount, scale }: PictureParts): ReturnType<CaptionerFamily['preparePictures']> {
  return async (image) => {
    const [width, height] = processor.do_resize
      ? processor.get_resize_output_image_size(image, processor.size)
      : [image.width, image.height];
    const { pixel_values } = await processor._call(await scale(image, width, height));
    const inputs = { pixel_values };
    return { inputs, tokens: repeat(imageTokenId, await featureCount(inputs)) };
  };
}
