import type { ImageProcessor, Tensor } from '@huggingface/transformers';
import { layOutChat } from '../prompt-layout.ts';
import { ANY_PICTURES, type CaptionerFamily, repeat } from './family.ts';
import { FAMILY_FOLDERS } from '#core/models/folders/captioner-families.ts';

interface GridProcessor extends ImageProcessor {
  readonly merge_size: number;
}

/**
 * Qwen2-VL, Qwen2.5-VL and Qwen3-VL: patches at the picture's own size, `merge_size`² of them to a token, with three-dimensional
 * rotary positions (Wang et al. 2024, section 2.1), which transformers.js computes from `image_grid_thw`. Every frame is a picture of
 * its own: handed to the processor together, they would be taken for a video, two frames to a patch.
 * transformers.js 4.3.1 hands only `image_features` to the decoder, so the DeepStack features of Qwen3-VL are not used.
 */
export const qwenVl: CaptionerFamily = {
  ...FAMILY_FOLDERS.qwenVl,
  maxPictures: ANY_PICTURES,
  pictureAxis: 0,
  // Attention must not reach from one picture to the next, and exports that were traced with one picture do not see to that.
  pictureRuns: 'one by one',
  canBatch: true,
  layOut: (request) => layOutChat(request, { pictures: 'each', withoutTemplate: null }),
  preparePictures({ processor, imageTokenId, scale }) {
    const { merge_size: mergeSize } = processor as GridProcessor;
    return async (image) => {
      const [width, height] = processor.get_resize_output_image_size(image, processor.size);
      const { pixel_values, image_grid_thw } = (await processor._call(await scale(image, width, height))) as unknown as {
        pixel_values: Tensor;
        image_grid_thw: Tensor;
      };
      const patchCount = Array.from(image_grid_thw.data as BigInt64Array, Number).reduce((product, size) => product * size, 1);
      return { inputs: { pixel_values, image_grid_thw }, tokens: repeat(imageTokenId, patchCount / mergeSize ** 2) };
    };
  },
};
