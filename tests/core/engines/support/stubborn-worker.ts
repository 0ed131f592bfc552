import type { WorkerRequest } from '#core/engines/worker-contract.ts';

/** A worker on a bad day: it opens every captioner, but instead of captioning it does what the model's id says. */
let mood = '';

process.on('message', (request: WorkerRequest) => {
  if (request.type === 'cancel') return;
  if (request.type === 'open') {
    mood = request.engine.kind === 'captioner' ? request.engine.spec.modelId : '';
    process.send?.({ type: 'result', id: request.id, value: { device: 'cpu', notes: [] } });
    return;
  }
  switch (mood) {
    case 'blocks':
      // Like a long run of a network: the process receives nothing until it is over.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
      break;
    case 'throws':
      throw new Error('worker fell over');
    case 'exits':
      process.exit(7);
    case 'crashes':
      process.abort();
    case 'is killed':
      // As the system does when memory runs out.
      process.kill(process.pid, 'SIGKILL');
  }
});
