import { broken, type LlavaFolder, type LlavaNetwork } from './llava-folder.ts';

/** Of a loaded onnxruntime session, what says how its tensors look; a dimension is a number or a symbol. */
interface SessionShapes {
  readonly inputMetadata: readonly ValueShape[];
  readonly outputMetadata: readonly ValueShape[];
}
interface ValueShape {
  readonly name: string;
  readonly shape?: readonly (number | string)[];
}
export type NetworkShapes = Readonly<Record<LlavaNetwork, SessionShapes>>;

/**
 * Checks that the three networks fit each other and the config, so that a mixed-up folder fails with a name and not in the middle of a
 * caption. Returns the number of image tokens per picture.
 * @throws AppError `model-broken` naming the file and the key or tensor that disagrees
 */
export function checkNetworks(folder: LlavaFolder, networks: NetworkShapes): number {
  const fail = (file: string, reason: string): never => {
    throw broken(folder.folder, file, reason);
  };
  const features = shapeOf(networks.vision_encoder.outputMetadata, 'image_features') ?? fail('onnx/vision_encoder', 'it has no output "image_features"');
  const embeddings = shapeOf(networks.embed_tokens.outputMetadata, 'inputs_embeds') ?? fail('onnx/embed_tokens', 'it has no output "inputs_embeds"');
  const decoderInput =
    shapeOf(networks.decoder_model_merged.inputMetadata, 'inputs_embeds') ?? fail('onnx/decoder_model_merged', 'it has no input "inputs_embeds"');

  const width = sizeAt(decoderInput, -1);
  const widths: readonly [string, number | null][] = [
    ['onnx/vision_encoder: output "image_features"', sizeAt(features, -1)],
    ['onnx/embed_tokens: output "inputs_embeds"', sizeAt(embeddings, -1)],
    ['config.json: key "text_config.hidden_size"', folder.hiddenSize],
  ];
  for (const [where, size] of widths) {
    if (width !== null && size !== null && size !== width) fail('onnx/decoder_model_merged', `it takes embeddings of ${width}, but ${where} has ${size}`);
  }
  const layers = networks.decoder_model_merged.inputMetadata.filter((input) => /^past_key_values\..*\.key$/u.test(input.name)).length;
  if (folder.layerCount !== null && layers !== folder.layerCount) {
    fail('config.json', `key "text_config.num_hidden_layers" is ${folder.layerCount}, but onnx/decoder_model_merged has ${layers} layers`);
  }
  const tokens = features.length === 3 ? sizeAt(features, 1) : null;
  if (tokens !== null && folder.tokensPerImage !== null && tokens !== folder.tokensPerImage) {
    fail('config.json', `key "image_seq_length" is ${folder.tokensPerImage}, but onnx/vision_encoder gives ${tokens} tokens per picture`);
  }
  return tokens ?? folder.tokensPerImage ?? fail('config.json', 'key "image_seq_length" is missing');
}

function shapeOf(values: readonly ValueShape[], name: string): readonly (number | string)[] | undefined {
  return values.find((value) => value.name === name)?.shape;
}

function sizeAt(shape: readonly (number | string)[], index: number): number | null {
  const size = shape.at(index);
  return typeof size === 'number' ? size : null;
}
