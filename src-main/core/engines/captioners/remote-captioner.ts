import type { Captioner } from '../engine.ts';
import type { EngineClient } from '../engine-client.ts';
import type { CaptionerSpec } from '../worker-contract.ts';

/**
 * A captioner whose network runs in the engine worker.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function openRemoteCaptioner(client: EngineClient, spec: CaptionerSpec): Promise<Captioner> {
  const engine = await client.open({ kind: 'captioner', spec });
  return {
    id: spec.modelId,
    version: spec.sha256.slice(0, 12),
    caption: (request, { signal, onText }) => engine.call('caption', request, { signal, onUpdate: onText }),
    // The model stays loaded for the next job while there is room.
    dispose: () => Promise.resolve(),
  };
}
