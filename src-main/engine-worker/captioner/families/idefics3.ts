import type { ImageProcessor, Tensor } from '@huggingface/transformers';
import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { layOutChat } from '../prompt-layout.ts';
import { ANY_PICTURES, type CaptionerFamily, repeat } from './family.ts';
import { FAMILY_FOLDERS } from '#core/models/folders/captioner-families.ts';

const ProcessorConfig = z.looseObject({ image_seq_len: z.int().positive() });

interface SquareProcessor extends ImageProcessor {
  readonly max_image_size: { readonly longest_edge: number };
}

/**
 * Idefics3, SmolVLM and SmolVLM2 (Marafioti et al. 2025). Every picture is one square of `max_image_size` without tiles: that is how
 * SmolVLM2 sees the frames of a video, and frames come smaller than a tile. In the prompt a picture is
 * `<fake_token_around_image><global-img>`, `image_seq_len` image tokens, `<fake_token_around_image>`.
 */
export const idefics3: CaptionerFamily = {
  ...FAMILY_FOLDERS.idefics3,
  maxPictures: ANY_PICTURES,
  // The networks take pictures as [batch, pictures, 3, height, width]; features come out flat, in order.
  pictureAxis: 1,
  pictureRuns: 'together',
  canBatch: true,
  layOut: (request) =>
    layOutChat(request, {
      pictures: 'each',
      withoutTemplate: (images, prompt) => `<|im_start|>User:${images}${prompt}<end_of_utterance>\nAssistant:`,
    }),
  preparePictures({ processor, processorConfig, imageTokenId, tokenId, scale }) {
    const config = ProcessorConfig.safeParse(processorConfig);
    if (!config.success) throw new AppError('model-broken', words('worker.noImageLength'));
    const around = tokenId('<fake_token_around_image>');
    const tokens = [around, tokenId('<global-img>'), ...repeat(imageTokenId, config.data.image_seq_len), around];
    const { longest_edge: side } = (processor as SquareProcessor).max_image_size;
    processor.do_resize = false;
    return async (image) => {
      const { pixel_values, pixel_attention_mask } = (await processor._call([await scale(image, side, side)], {
        do_image_splitting: false,
      })) as unknown as {
        pixel_values: Tensor;
        pixel_attention_mask: Tensor;
      };
      return { inputs: { pixel_values, pixel_attention_mask }, tokens };
    };
  },
};
