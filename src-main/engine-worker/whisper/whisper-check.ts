import { broken } from '#core/models/folders/model-folder.ts';
import { cachedLayers, type SessionShapes, shapeOf, sizeAt } from '../network-shapes.ts';
import type { WhisperFolder } from '#core/models/folders/whisper-folder.ts';
import { words, type Words } from '#shared/words/words.ts';

/** The sessions by which transformers.js knows Whisper's networks; `model` is the encoder. */
export type WhisperShapes = Readonly<Record<'model' | 'decoder_model_merged', SessionShapes>>;

/**
 * Checks that the networks fit each other and the settings, so that a mixed-up folder fails with a name and not in the middle of a video.
 * @throws AppError `model-broken` naming the file and the key or tensor that disagrees
 */
export function checkWhisperNetworks(folder: WhisperFolder, { model: encoder, decoder_model_merged: decoder }: WhisperShapes): void {
  const fail = (file: string, reason: Words): never => {
    throw broken(folder.folder, file, reason);
  };
  const features =
    shapeOf(encoder.inputMetadata, 'input_features') ?? fail('onnx/encoder_model', words('worker.noInput', { name: 'input_features' }));
  const bands = sizeAt(features, 1);
  if (bands !== null && bands !== folder.melBands)
    fail('preprocessor_config.json', words('worker.bandsDiffer', { stated: folder.melBands, bands }));
  const states =
    shapeOf(encoder.outputMetadata, 'last_hidden_state') ??
    fail('onnx/encoder_model', words('worker.noOutput', { name: 'last_hidden_state' }));
  const decoderStates =
    shapeOf(decoder.inputMetadata, 'encoder_hidden_states') ??
    fail('onnx/decoder_model_merged', words('worker.noInput', { name: 'encoder_hidden_states' }));
  const [given, taken] = [sizeAt(states, -1), sizeAt(decoderStates, -1)];
  if (given !== null && taken !== null && given !== taken)
    fail('onnx/decoder_model_merged', words('worker.statesDiffer', { taken, given }));
  const layers = cachedLayers(decoder);
  if (layers !== folder.layerCount)
    fail(
      'config.json',
      words('worker.layersDiffer', { key: 'decoder_layers', stated: folder.layerCount, network: 'onnx/decoder_model_merged', layers }),
    );
  const lacking = folder.alignmentHeads
    .map(([layer]) => `cross_attentions.${layer}`)
    .find((name) => !decoder.outputMetadata.some((output) => output.name === name));
  if (lacking !== undefined) {
    fail('onnx/decoder_model_merged', words('worker.noWordTimes', { name: lacking }));
  }
}
