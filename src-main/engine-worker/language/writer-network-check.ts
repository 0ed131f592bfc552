import { broken } from '#core/models/folders/model-folder.ts';
import { cachedLayers, type SessionShapes, shapeOf, sizeAt } from '../network-shapes.ts';
import type { WriterFolder } from '#core/models/folders/writer-folder.ts';
import { words, type Words } from '#shared/words/words.ts';

/**
 * Checks that the network fits the config, so that a mixed-up folder fails with a name and not in the middle of a text.
 * @throws AppError `model-broken` naming the file and the key or tensor that disagrees
 */
export function checkWriterNetwork(folder: WriterFolder, network: SessionShapes): void {
  const fail = (file: string, reason: Words): never => {
    throw broken(folder.folder, file, reason);
  };
  if (shapeOf(network.inputMetadata, 'input_ids') === undefined) fail('onnx/model', words('worker.noInput', { name: 'input_ids' }));
  const logits = shapeOf(network.outputMetadata, 'logits') ?? fail('onnx/model', words('worker.noOutput', { name: 'logits' }));
  const layers = cachedLayers(network);
  if (layers !== folder.layerCount)
    fail(
      'config.json',
      words('worker.layersDiffer', { key: 'num_hidden_layers', stated: folder.layerCount, network: 'onnx/model', layers }),
    );
  const cache =
    shapeOf(network.inputMetadata, 'past_key_values.0.key') ??
    fail('onnx/model', words('worker.noInput', { name: 'past_key_values.0.key' }));
  const { heads } = folder;
  const [count, size] = [sizeAt(cache, 1), sizeAt(cache, 3)];
  if (count !== null && count !== heads.count)
    fail('config.json', words('worker.headsDiffer', { key: heads.key, stated: heads.count, heads: count }));
  if (size !== null && size !== heads.size) fail('config.json', words('worker.headSizesDiffer', { stated: heads.size, size }));
  const tokens = sizeAt(logits, -1);
  if (tokens !== null && tokens !== folder.vocabularySize)
    fail('config.json', words('worker.vocabulariesDiffer', { stated: folder.vocabularySize, tokens }));
}
