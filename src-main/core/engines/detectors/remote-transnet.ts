import type { EngineClient } from '../engine-client.ts';
import type { TransNetSpec } from '../worker-contract.ts';
import type { TransNetNetwork } from './transnet-v2.ts';

/**
 * The TransNet V2 network running in the engine worker.
 * @throws AppError `model-missing` or `model-broken`, naming the file
 */
export async function openRemoteTransNet(client: EngineClient, spec: TransNetSpec): Promise<TransNetNetwork> {
  const engine = await client.open({ kind: 'transnet-v2', spec });
  return {
    ...engine.opened,
    scoreWindow: (frames, { signal }) => engine.call('scoreWindow', frames, { signal }),
    // The network stays loaded for the next job while there is room.
    dispose: () => Promise.resolve(),
  };
}
