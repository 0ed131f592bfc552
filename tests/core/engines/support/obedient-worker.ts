import type { CaptionRequest } from '#core/engines/captioner.ts';
import type { WorkerRequest } from '#core/engines/worker-contract.ts';

/** A worker without networks, started in no time, for what is about its client alone: it opens every captioner, and finds every picture black. */
process.on('message', (request: WorkerRequest) => {
  if (request.type === 'cancel') return;
  process.send?.({ type: 'result', id: request.id, value: valueFor(request) });
});

function valueFor(request: Exclude<WorkerRequest, { type: 'cancel' }>): unknown {
  if (request.type === 'open') return { device: 'cpu', notes: [] };
  if (request.type !== 'call' || request.name !== 'caption') return null;
  return (request.input as readonly CaptionRequest[]).map(() => ({ text: 'A black screen.' }));
}
