import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseFormats, hasOnlyIntegerWeights, readLlavaFolder } from '#core/engines/captioners/llava-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'llava-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const networks = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'];

async function writeFolder(config: object, onnxFiles: readonly string[], tokenizerConfig: object = {}): Promise<void> {
  const files = {
    'config.json': { model_type: 'llava', image_token_index: 3, ...config },
    'generation_config.json': {},
    'preprocessor_config.json': {},
    'tokenizer.json': { model: {}, added_tokens: [{ id: 3, content: '<image>', special: true }, { id: 4, content: '<think>', special: false }] },
    'tokenizer_config.json': tokenizerConfig,
  };
  for (const [name, value] of Object.entries(files)) await writeFile(path.join(folder, name), JSON.stringify(value));
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  for (const name of onnxFiles) await writeFile(path.join(folder, 'onnx', name), 'x');
}

const inFormat = (ending: string) => networks.map((network) => `${network}${ending}.onnx`);
const decoderFormat = async (device: 'cpu' | 'webgpu') => chooseFormats(await readLlavaFolder(folder), device).decoder_model_merged;

describe('a LLaVA folder', () => {
  it('with several weight formats is loaded in the best for the device', async () => {
    await writeFolder({}, [...inFormat(''), ...inFormat('_fp16'), ...inFormat('_quantized')]);
    expect([await decoderFormat('cpu'), await decoderFormat('webgpu')]).toEqual(['q8', 'fp16']);
  });

  it('is loaded in the format that it asks for, per network, where that is there', async () => {
    await writeFolder({ 'transformers.js_config': { dtype: { decoder_model_merged: 'q4', vision_encoder: 'bnb4' } } }, [...inFormat('_fp16'), 'decoder_model_merged_q4.onnx']);
    expect(chooseFormats(await readLlavaFolder(folder), 'webgpu')).toEqual({ vision_encoder: 'fp16', embed_tokens: 'fp16', decoder_model_merged: 'q4' });
  });

  it('with 8-bit integers alone gains nothing on a GPU', async () => {
    await writeFolder({}, inFormat('_quantized'));
    expect(hasOnlyIntegerWeights(await readLlavaFolder(folder))).toBe(true);
    await writeFolder({}, inFormat(''));
    expect(hasOnlyIntegerWeights(await readLlavaFolder(folder))).toBe(false);
  });

  it('counts weights beside the graph to its files', async () => {
    await writeFolder({}, [...inFormat('_q4'), 'decoder_model_merged_q4.onnx_data', 'decoder_model_merged_q4.onnx_data_1', 'unrelated.onnx']);
    expect((await readLlavaFolder(folder)).files.filter((file) => file.startsWith('onnx/'))).toEqual([
      'onnx/decoder_model_merged_q4.onnx',
      'onnx/decoder_model_merged_q4.onnx_data',
      'onnx/decoder_model_merged_q4.onnx_data_1',
      'onnx/embed_tokens_q4.onnx',
      'onnx/vision_encoder_q4.onnx',
    ]);
  });

  it('knows its image token, its special tokens and its context', async () => {
    await writeFolder({ text_config: { max_position_embeddings: 4096 } }, inFormat(''), { model_max_length: 3072 });
    expect(await readLlavaFolder(folder)).toMatchObject({ imageToken: '<image>', imageTokenId: 3, specialTokens: ['<image>'], contextLength: 3072 });
  });

  it('whose tokenizer knows no limit takes that of the language model', async () => {
    await writeFolder({ text_config: { max_position_embeddings: 4096 } }, inFormat(''), { model_max_length: 1e30 });
    expect((await readLlavaFolder(folder)).contextLength).toBe(4096);
  });
});
