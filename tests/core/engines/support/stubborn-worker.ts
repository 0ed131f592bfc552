import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerRequest } from '#core/engines/worker-contract.ts';

/** A worker on a bad day: it opens every captioner, but then blocks, crashes or ends instead of captioning, as `workerData` says. */
const mood = workerData as 'blocks' | 'throws' | 'exits';

parentPort?.on('message', (request: WorkerRequest) => {
  if (request.type === 'cancel') return;
  if (request.name === 'openCaptioner') {
    parentPort?.postMessage({ type: 'result', id: request.id, value: { device: 'cpu', notes: [] } });
    return;
  }
  switch (mood) {
    case 'blocks':
      // Like a long run of a network: the thread hears nothing until it is over.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
      break;
    case 'throws':
      throw new Error('worker fell over');
    case 'exits':
      process.exit(7);
  }
});
