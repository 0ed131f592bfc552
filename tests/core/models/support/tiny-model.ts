import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const nano = path.resolve(import.meta.dirname, '../../../../models/shotluck-nano');
const SMALL = ['config.json', 'generation_config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];
const NETWORKS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;

/** A captioner's folder that is complete on paper: the small files are real, its networks are not. */
export function tinyModelFiles(): Record<string, Buffer> {
  const small = SMALL.map((name) => [name, readFileSync(path.join(nano, name))] as const);
  const networks = NETWORKS.map((name, index) => [`onnx/${name}_quantized.onnx`, Buffer.alloc(200_000, `${name}${index}`)] as const);
  return Object.fromEntries([
    ...small,
    ...networks,
    ['onnx/other_fp16.onnx', Buffer.alloc(5_000, 'f')],
    ['model.safetensors', Buffer.alloc(5_000, 's')],
    ['README.md', Buffer.from('# Tiny')],
  ]);
}

/** Writes that folder; gives its path. */
export function writeTinyModel(folder: string): string {
  for (const [file, content] of Object.entries(tinyModelFiles())) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}

/** A manifest that offers `repo` under the id `tiny`, with the two choices of weights that its files have. */
export function tinyManifest(repo: string): string {
  const variant = (id: string, include: string[]) => ({ id, title: id, devices: ['cpu'], include, approximateBytes: 600_000 });
  const model = {
    id: 'tiny',
    title: 'Tiny',
    role: 'captioner',
    family: 'llava',
    licence: 'MIT',
    source: 'a test',
    notes: '',
    delivery: 'hub',
    hub: {
      repo,
      revision: 'main',
      variants: [
        variant(
          'q8',
          NETWORKS.map((name) => `onnx/${name}_quantized.onnx`),
        ),
        variant('fp16', ['onnx/other_fp16.onnx']),
        variant('q4', ['onnx/gone_q4.onnx']),
      ],
    },
  };
  const converted = {
    ...model,
    id: 'holmes',
    title: 'Holmes',
    delivery: 'convert',
    hub: undefined,
    devices: ['cpu'],
    convert: { recipe: 'models/convert/README.md', checkpoint: 'a/b', approximateBytes: 1 },
  };
  return JSON.stringify({ version: 2, models: [model, converted] });
}
