import type { PreTrainedModel } from '@huggingface/transformers';
import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { freeSpentCache } from '#engine-worker/captioner/model-amendments.ts';

test('after a step the keys and values of the step before are gone, and all that is used again is still there', async () => {
  const feed = (): Tensor => new Tensor('float32', Float32Array.of(1, 2, 3), [3]);
  const feeds = {
    inputs_embeds: feed(),
    'past_key_values.0.key': feed(),
    'past_key_values.11.decoder.value': feed(),
    'past_key_values.0.encoder.key': feed(),
  };
  const decoder = { run: (): Promise<Record<string, Tensor>> => Promise.resolve({ 'present.0.key': feed() }) };
  freeSpentCache({ sessions: { decoder_model_merged: decoder } } as unknown as PreTrainedModel);

  const outputs = await (decoder.run as (feeds: Record<string, Tensor>) => Promise<Record<string, Tensor>>)(feeds);

  const sizes = Object.fromEntries(Object.entries({ ...feeds, ...outputs }).map(([name, { data }]) => [name, data.length]));
  expect(sizes).toEqual({
    inputs_embeds: 3,
    'past_key_values.0.key': 0,
    'past_key_values.11.decoder.value': 0,
    'past_key_values.0.encoder.key': 3,
    'present.0.key': 3,
  });
});
