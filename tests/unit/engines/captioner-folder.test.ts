import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCaptionerFolder } from '#core/models/folders/captioner-folder.ts';
import { chooseFormats, hasOnlyIntegerWeights } from '#core/models/folders/language-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'captioner-'));
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
    'tokenizer.json': {
      model: {},
      added_tokens: [
        { id: 3, content: '<image>', special: true },
        { id: 4, content: '<think>', special: false },
      ],
    },
    'tokenizer_config.json': tokenizerConfig,
  };
  for (const [name, value] of Object.entries(files)) await writeFile(path.join(folder, name), JSON.stringify(value));
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  for (const name of onnxFiles) await writeFile(path.join(folder, 'onnx', name), 'x');
}

const inFormat = (ending: string) => networks.map((network) => `${network}${ending}.onnx`);
const decoderFormat = async (device: 'cpu' | 'webgpu') => chooseFormats(await readCaptionerFolder(folder), device).decoder_model_merged;

describe("a captioner's folder", () => {
  it('with several weight formats is loaded in the best for the device', async () => {
    await writeFolder({}, [...inFormat(''), ...inFormat('_fp16'), ...inFormat('_quantized')]);
    expect([await decoderFormat('cpu'), await decoderFormat('webgpu')]).toEqual(['q8', 'fp16']);
  });

  it('is loaded in the format that it asks for, per network, where that is there', async () => {
    await writeFolder({ 'transformers.js_config': { dtype: { decoder_model_merged: 'q4', vision_encoder: 'bnb4' } } }, [
      ...inFormat('_fp16'),
      'decoder_model_merged_q4.onnx',
    ]);
    expect(chooseFormats(await readCaptionerFolder(folder), 'webgpu')).toEqual({
      vision_encoder: 'fp16',
      embed_tokens: 'fp16',
      decoder_model_merged: 'q4',
    });
  });

  it('with 8-bit integers alone gains nothing on a GPU', async () => {
    await writeFolder({}, inFormat('_quantized'));
    expect(hasOnlyIntegerWeights(await readCaptionerFolder(folder))).toBe(true);
    await writeFolder({}, inFormat(''));
    expect(hasOnlyIntegerWeights(await readCaptionerFolder(folder))).toBe(false);
  });

  it('counts weights beside the graph to its files', async () => {
    await writeFolder({}, [
      ...inFormat('_q4'),
      'decoder_model_merged_q4.onnx_data',
      'decoder_model_merged_q4.onnx_data_1',
      'unrelated.onnx',
    ]);
    expect((await readCaptionerFolder(folder)).files.filter((file) => file.startsWith('onnx/'))).toEqual([
      'onnx/decoder_model_merged_q4.onnx',
      'onnx/decoder_model_merged_q4.onnx_data',
      'onnx/decoder_model_merged_q4.onnx_data_1',
      'onnx/embed_tokens_q4.onnx',
      'onnx/vision_encoder_q4.onnx',
    ]);
  });

  it('knows its image token, its special tokens and its context', async () => {
    await writeFolder({ text_config: { max_position_embeddings: 4096 } }, inFormat(''), { model_max_length: 3072 });
    expect(await readCaptionerFolder(folder)).toMatchObject({
      image: { token: '<image>', tokenId: 3 },
      specialTokens: ['<image>'],
      contextLength: 3072,
    });
  });

  it('whose tokenizer knows no limit takes that of the language model', async () => {
    await writeFolder({ text_config: { max_position_embeddings: 4096 } }, inFormat(''), { model_max_length: 1e30 });
    expect((await readCaptionerFolder(folder)).contextLength).toBe(4096);
  });

  it('of an unknown family is refused by name, with the families that run', async () => {
    await writeFolder({ model_type: 'blip' }, inFormat(''));
    await expect(readCaptionerFolder(folder)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringMatching(
        /config\.json: key "model_type" is "blip", which the studio does not run; for captions it runs llava, llava_qwen2, .*qwen3_vl, florence2, for summaries llama, qwen2, /u,
      ),
    });
  });

  it('must hold the networks and files of its family', async () => {
    await writeFolder({ model_type: 'florence2' }, inFormat(''));
    await expect(readCaptionerFolder(folder)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('onnx/encoder_model.onnx is missing'),
    });
    await writeFolder({ model_type: 'smolvlm' }, inFormat(''));
    await expect(readCaptionerFolder(folder)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('processor_config.json is missing'),
    });
  });

  it('may describe its language model in a part of its config, which errors then name', async () => {
    await writeFolder({ hidden_size: 16, phi_config: { hidden_size: 32, num_hidden_layers: 2 } }, inFormat(''));
    expect(await readCaptionerFolder(folder)).toMatchObject({
      hiddenSize: { key: 'phi_config.hidden_size', value: 32 },
      layerCount: { key: 'phi_config.num_hidden_layers', value: 2 },
    });
    await writeFolder({ hidden_size: 16 }, inFormat(''));
    expect(await readCaptionerFolder(folder)).toMatchObject({ hiddenSize: { key: 'hidden_size', value: 16 }, layerCount: null });
  });

  it('may have its chat template in a file of its own', async () => {
    await writeFolder({}, inFormat(''));
    await writeFile(path.join(folder, 'chat_template.json'), JSON.stringify({ chat_template: 'from json' }));
    expect(await readCaptionerFolder(folder)).toMatchObject({
      chatTemplate: 'from json',
      files: expect.arrayContaining(['chat_template.json']),
    });
    await writeFile(path.join(folder, 'chat_template.jinja'), 'from jinja');
    expect((await readCaptionerFolder(folder)).chatTemplate).toBe('from jinja');
    await writeFolder({}, inFormat(''), { chat_template: 'part of the tokenizer' });
    expect((await readCaptionerFolder(folder)).chatTemplate).toBeNull();
  });
});
