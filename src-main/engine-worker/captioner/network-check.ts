import { broken } from '#core/models/folders/model-folder.ts';
import { cachedLayers, type SessionShapes, shapeOf, sizeAt } from '../network-shapes.ts';
import type { CaptionerFolder } from '#core/models/folders/captioner-folder.ts';
import { words, type Words } from '#shared/words/words.ts';

/** The sessions by which transformers.js knows the networks of every family. */
export type NetworkShapes = Readonly<Record<'vision_encoder' | 'embed_tokens' | 'decoder_model_merged', SessionShapes>>;

/**
 * Checks that the networks fit each other and the config, so that a mixed-up folder fails with a name and not in the middle of a
 * caption. Returns the number of features (image tokens) per picture where the vision network's shape or the config states it.
 * @throws AppError `model-broken` naming the file and the key or tensor that disagrees
 */
export function checkNetworks(folder: CaptionerFolder, networks: NetworkShapes): number | null {
  const fail = (file: string, reason: Words): never => {
    throw broken(folder.folder, file, reason);
  };
  const { vision_encoder: vision, embed_tokens: embed, decoder_model_merged: decoder } = networks;
  const features =
    shapeOf(vision.outputMetadata, 'image_features') ?? fail('onnx/vision_encoder', words('worker.noOutput', { name: 'image_features' }));
  const embeddings =
    shapeOf(embed.outputMetadata, 'inputs_embeds') ?? fail('onnx/embed_tokens', words('worker.noOutput', { name: 'inputs_embeds' }));
  const decoderInput =
    shapeOf(decoder.inputMetadata, 'inputs_embeds') ??
    fail('onnx/decoder_model_merged', words('worker.noInput', { name: 'inputs_embeds' }));

  const width = sizeAt(decoderInput, -1);
  const widths: readonly [Words, number | null][] = [
    [words('worker.outputOf', { network: 'onnx/vision_encoder', name: 'image_features' }), sizeAt(features, -1)],
    [words('worker.outputOf', { network: 'onnx/embed_tokens', name: 'inputs_embeds' }), sizeAt(embeddings, -1)],
    [words('worker.keyOfConfig', { key: folder.hiddenSize?.key ?? '' }), folder.hiddenSize?.value ?? null],
  ];
  for (const [where, size] of widths) {
    if (width !== null && size !== null && size !== width)
      fail('onnx/decoder_model_merged', words('worker.embeddingsDiffer', { width, where, size }));
  }
  const layers = cachedLayers(decoder);
  if (folder.layerCount !== null && layers !== folder.layerCount.value) {
    fail(
      'config.json',
      words('worker.layersDiffer', {
        key: folder.layerCount.key,
        stated: folder.layerCount.value,
        network: 'onnx/decoder_model_merged',
        layers,
      }),
    );
  }
  const tokens = features.length === 3 ? sizeAt(features, 1) : null;
  if (tokens !== null && folder.tokensPerImage !== null && tokens !== folder.tokensPerImage) {
    fail('config.json', words('worker.imageTokensDiffer', { stated: folder.tokensPerImage, tokens }));
  }
  return tokens ?? folder.tokensPerImage;
}
