import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AutoImageProcessor, AutoTokenizer, env, RawImage } from '@huggingface/transformers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import type { Picture } from '#core/media/pictures.ts';

const Config = z.object({
  image_token_index: z.int(),
  eos_token_id: z.int(),
  text_config: z.object({ num_hidden_layers: z.int(), num_key_value_heads: z.int(), head_dim: z.int(), vocab_size: z.int() }),
});

/**
 * Greedy decoding written out by hand on the three networks, as a second opinion on the captioner: own loop, own cache, own
 * log-softmax. Only tokenizer and picture scaling are shared with it.
 */
export async function decodeByHand(
  folder: string,
  prompt: string,
  pictures: readonly Picture[],
): Promise<{ text: string; tokens: number[]; meanLogProb: number }> {
  env.allowRemoteModels = false;
  const config = Config.parse(JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')));
  const open = (name: string): Promise<InferenceSession> =>
    InferenceSession.create(path.join(folder, 'onnx', `${name}_quantized.onnx`), { intraOpNumThreads: 1 });
  const [vision, embed, decoder] = [await open('vision_encoder'), await open('embed_tokens'), await open('decoder_model_merged')];
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const processor = await AutoImageProcessor.from_pretrained(folder);

  const { pixel_values } = await processor._call(pictures.map(({ data, width, height }) => new RawImage(data, width, height, 3)));
  const features = await vision.run({ pixel_values: new Tensor('float32', pixel_values.data as Float32Array, pixel_values.dims) });
  const ids = tokenizer.encode(prompt);
  const embeddings = await embedTokens(embed, ids);
  const width = embeddings.dims[2] ?? 0;
  const featureData = valueOf(features, 'image_features');
  let feature = 0;
  ids.forEach((id, position) => {
    if (id !== config.image_token_index) return;
    (embeddings.data as Float32Array).set(featureData.subarray(feature * width, (feature + 1) * width), position * width);
    feature += 1;
  });

  const { num_hidden_layers: layers, num_key_value_heads: heads, head_dim: headSize } = config.text_config;
  const cache: Record<string, Tensor> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['key', 'value'])
      cache[`past_key_values.${layer}.${part}`] = new Tensor('float32', new Float32Array(0), [1, heads, 0, headSize]);
  }
  const tokens: number[] = [];
  let logProbSum = 0;
  let inputs: Tensor = embeddings;
  for (let length = ids.length; ; length++) {
    const count = inputs.dims[1] ?? 0;
    const output = await decoder.run({
      inputs_embeds: inputs,
      attention_mask: int64(Array.from({ length }, () => 1)),
      position_ids: int64(Array.from({ length: count }, (_, index) => length - count + index)),
      ...cache,
    });
    const logits = valueOf(output, 'logits').slice(-config.text_config.vocab_size);
    const token = logits.indexOf(Math.max(...logits));
    tokens.push(token);
    logProbSum += Math.log(Math.exp(logits[token] ?? 0) / logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    if (token === config.eos_token_id || tokens.length === 32) break;
    for (const name of Object.keys(cache)) {
      const present = output[name.replace('past_key_values', 'present')];
      if (present !== undefined) cache[name] = present;
    }
    inputs = await embedTokens(embed, [token]);
  }
  await Promise.all([vision.release(), embed.release(), decoder.release()]);
  return { tokens, meanLogProb: logProbSum / tokens.length, text: tokenizer.decode(tokens, { skip_special_tokens: true }).trim() };
}

async function embedTokens(embed: InferenceSession, ids: readonly number[]): Promise<Tensor> {
  const { inputs_embeds } = await embed.run({ input_ids: int64(ids) });
  if (inputs_embeds === undefined) throw new Error('no embeddings');
  return inputs_embeds;
}

function valueOf(output: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const value = output[name];
  if (value === undefined) throw new Error(`no output ${name}`);
  return value.data as Float32Array;
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}
