import { cat, type PreTrainedModel, type Tensor } from '@huggingface/transformers';
import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import { assert } from '#shared/assert.ts';

/**
 * Keeps padding hidden from every token of an answer: as long as it is handed pictures, `generate` of transformers.js 4.3.1 replaces the
 * attention mask by ones after the first token, which is right only for prompts of one length.
 */
export function hidePadding(model: PreTrainedModel): void {
  const forward = model.forward.bind(model);
  model.forward = (inputs: Record<string, unknown>): Promise<unknown> => {
    const { pixel_values: _seen, ...rest } = inputs;
    return forward(inputs['past_key_values'] === undefined ? inputs : rest);
  };
}

/**
 * Makes the model encode one picture after another, for vision networks that are only sure to be right for one. `pixel_values` are
 * patches [patches of all pictures, values], `image_grid_thw` [pictures, 3] says how many belong to each.
 */
export function encodeOneByOne(model: PreTrainedModel): void {
  const encode = model.encode_image.bind(model);
  model.encode_image = async ({
    pixel_values: patches,
    image_grid_thw: grid,
  }: Record<'pixel_values' | 'image_grid_thw', Tensor>): Promise<Tensor> => {
    const sizes = grid.tolist() as bigint[][];
    const features: Tensor[] = [];
    let start = 0;
    for (const [index, size] of sizes.entries()) {
      const end = start + size.reduce((product, length) => product * Number(length), 1);
      features.push(
        (await encode({ pixel_values: patches.slice([start, end]), image_grid_thw: grid.slice([index, index + 1]) })) as Tensor,
      );
      start = end;
    }
    return cat(features, 0);
  };
}

interface Session {
  run(feeds: Record<string, OnnxTensor>, ...rest: unknown[]): Promise<Record<string, OnnxTensor>>;
}

/**
 * Frees the keys and values of the step before as soon as the next ones are there. Each step gives all of them anew, megabytes that
 * would wait for the garbage collector: more memory, and fresh pages to be filled with zeros at every token.
 */
export function freeSpentCache(model: PreTrainedModel): void {
  const sessions = model.sessions as Record<string, Session | undefined>;
  const session = sessions['decoder_model_merged'] ?? sessions['model'];
  assert(session !== undefined, 'a language model has a decoder');
  const run = session.run.bind(session);
  session.run = async (feeds, ...rest) => {
    const outputs = await run(feeds, ...rest);
    for (const [name, tensor] of Object.entries(feeds)) {
      if (!SPENT_BY_STEP.test(name) || tensor.location !== 'cpu' || !ArrayBuffer.isView(tensor.data)) continue;
      if (tensor.data.buffer instanceof ArrayBuffer) tensor.data.buffer.transfer(0);
    }
    return outputs;
  };
}

/** What an encoder left (`.encoder.key`) is used again at every step. */
const SPENT_BY_STEP = /^past_key_values\.\d+\.(?:decoder\.)?(?:key|value)$/u;
