import path from 'node:path';
import { openRemoteTransNet } from '#core/engines/detectors/remote-transnet.ts';
import { createEngineClient } from '#core/engines/engine-client.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { modelsDir, workerFile } from './nano.ts';

/** A process that does what the core does while it finds shots: its worker is in one long run of a network. Says `busy` once it is. */
const silent = (): undefined => undefined;
const client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), {
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});
const network = await openRemoteTransNet(client, {
  modelId: 'transnet-v2',
  modelPath: path.join(modelsDir, 'transnet-v2', 'transnet-v2.onnx'),
  threads: 1,
  device: 'cpu',
});
const running = network.scoreWindow(new Uint8Array(4000 * 27 * 48 * 3), { signal: new AbortController().signal });
setTimeout(() => process.stdout.write('busy\n'), 300);
process.on('SIGTERM', () => {
  void client.close().then(() => process.exit(0));
});
await running.catch(() => undefined);
