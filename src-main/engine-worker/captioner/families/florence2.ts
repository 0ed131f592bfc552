import type { CaptionerFamily } from './family.ts';
import { FAMILY_FOLDERS } from '#core/models/folders/captioner-families.ts';

/** The tasks of Florence-2 that describe a picture, with the prompt that each was trained on (Xiao et al. 2023, table 13). */
const TASK_PROMPTS = {
  '<CAPTION>': 'What does the image describe?',
  '<DETAILED_CAPTION>': 'Describe in detail what is shown in the image.',
  '<MORE_DETAILED_CAPTION>': 'Describe with a paragraph what is shown in the image.',
} as const;
const DEFAULT_TASK = '<MORE_DETAILED_CAPTION>';

/**
 * Florence-2: an encoder for one picture and a task prompt, a decoder for the answer. It follows no instructions: a prompt that is one
 * of its task tokens chooses that task, any other means `<MORE_DETAILED_CAPTION>`.
 */
export const florence2: CaptionerFamily = {
  ...FAMILY_FOLDERS.florence2,
  maxPictures: 1,
  pictureAxis: 0,
  pictureRuns: 'together',
  canBatch: false,
  layOut({ prompt }) {
    if (isTask(prompt)) return { text: TASK_PROMPTS[prompt], notes: [] };
    return {
      text: TASK_PROMPTS[DEFAULT_TASK],
      notes: [`Florence-2 does not take free prompts: its task ${DEFAULT_TASK} was used instead.`],
    };
  },
  preparePictures({ processor, scale }) {
    return async (image) => {
      const [width, height] = processor.get_resize_output_image_size(image, processor.size);
      const { pixel_values } = await processor._call(await scale(image, width, height));
      return { inputs: { pixel_values }, tokens: [] };
    };
  },
};

function isTask(prompt: string): prompt is keyof typeof TASK_PROMPTS {
  return Object.hasOwn(TASK_PROMPTS, prompt);
}
