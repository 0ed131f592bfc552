import type { Captioner } from '../captioner.ts';
import type { EngineClient } from '../engine-client.ts';
import type { CaptionerSpec } from '../worker-contract.ts';
import { createCaptionBatcher } from './caption-batcher.ts';

/**
 * A captioner whose network runs in the engine worker.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function openRemoteCaptioner(client: EngineClient, spec: CaptionerSpec): Promise<Captioner> {
  const engine = await client.open({ kind: 'captioner', spec });
  const { batchSize = 1 } = engine.opened;
  return {
    id: spec.modelId,
    version: spec.sha256.slice(0, 12),
    // While one batch runs, the pictures of the next are read.
    parallel: batchSize === 1 ? 1 : 2 * batchSize,
    ...(engine.opened.contextTokens === undefined ? {} : { contextTokens: engine.opened.contextTokens }),
    caption: createCaptionBatcher(batchSize, (requests, { signal, onText }) =>
      engine.call('caption', requests, { signal, onUpdate: ({ index, text }) => onText(index, text) }),
    ),
    // The model stays loaded for the next job while there is room.
    dispose: () => Promise.resolve(),
  };
}
