import type { ImageProcessor, Tensor } from '@huggingface/transformers';
import { layOutChat } from '../prompt-layout.ts';
import { ANY_PICTURES, type CaptionerFamily, repeat } from './family.ts';
import { FAMILY_FOLDERS } from '#core/models/folders/captioner-families.ts';

interface PatchProcessor extends ImageProcessor {
  do_image_splitting: boolean;
  readonly downsample_factor: number;
}

/**
 * LFM2-VL (Liquid AI 2025): SigLIP2 at the picture's own aspect, padded patches with a mask, and a decoder of convolutions and
 * attention. Pictures are not cut into tiles: frames are smaller than the size from which the model was trained with tiles.
 */
export const lfm2Vl: CaptionerFamily = {
  ...FAMILY_FOLDERS.lfm2Vl,
  maxPictures: ANY_PICTURES,
  pictureAxis: 0,
  pictureRuns: 'together',
  // Its convolutions look back over padding, which an attention mask does not hide in every export.
  canBatch: false,
  layOut: (request) => layOutChat(request, { pictures: 'each', withoutTemplate: null }),
  preparePictures({ processor, imageTokenId, tokenId }) {
    const patches = processor as PatchProcessor;
    patches.do_image_splitting = false;
    // It finds the size by itself, from the picture's aspect and the number of tokens that a picture may take.
    patches.do_resize = false;
    const [start, end] = [tokenId('<|image_start|>'), tokenId('<|image_end|>')];
    return async (image) => {
      const { pixel_values, pixel_attention_mask, spatial_shapes } = (await patches._call(image)) as unknown as Record<
        'pixel_values' | 'pixel_attention_mask' | 'spatial_shapes',
        Tensor
      >;
      const [rows = 0, columns = 0] = Array.from(spatial_shapes.data as BigInt64Array, (size) =>
        Math.ceil(Number(size) / patches.downsample_factor),
      );
      return {
        inputs: { pixel_values, pixel_attention_mask, spatial_shapes },
        tokens: [start, ...repeat(imageTokenId, rows * columns), end],
      };
    };
  },
};
