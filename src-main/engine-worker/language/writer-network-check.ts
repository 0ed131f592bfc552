import { broken } from '#core/models/folders/model-folder.ts';
import { cachedLayers, type SessionShapes, shapeOf, sizeAt } from '../network-shapes.ts';
import type { WriterFolder } from '#core/models/folders/writer-folder.ts';

/**
 * Checks that the network fits the config, so that a mixed-up folder fails with a name and not in the middle of a text.
 * @throws AppError `model-broken` naming the file and the key or tensor that disagrees
 */
export function checkWriterNetwork(folder: WriterFolder, network: SessionShapes): void {
  const fail = (file: string, reason: string): never => {
    throw broken(folder.folder, file, reason);
  };
  if (shapeOf(network.inputMetadata, 'input_ids') === undefined) fail('onnx/model', 'it has no input "input_ids"');
  const logits = shapeOf(network.outputMetadata, 'logits') ?? fail('onnx/model', 'it has no output "logits"');
  const layers = cachedLayers(network);
  if (layers !== folder.layerCount)
    fail('config.json', `key "num_hidden_layers" is ${folder.layerCount}, but onnx/model has ${layers} layers`);
  const cache = shapeOf(network.inputMetadata, 'past_key_values.0.key') ?? fail('onnx/model', 'it has no input "past_key_values.0.key"');
  const { heads } = folder;
  const [count, size] = [sizeAt(cache, 1), sizeAt(cache, 3)];
  if (count !== null && count !== heads.count)
    fail('config.json', `key "${heads.key}" is ${heads.count}, but onnx/model has ${count} heads of keys and values`);
  if (size !== null && size !== heads.size)
    fail('config.json', `keys "head_dim" or "hidden_size" make heads of ${heads.size}, but those of onnx/model are ${size} wide`);
  const words = sizeAt(logits, -1);
  if (words !== null && words !== folder.vocabularySize)
    fail('config.json', `key "vocab_size" is ${folder.vocabularySize}, but onnx/model has ${words} tokens`);
}
