import { assert, assertNever } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Captioner } from './engine.ts';
import type { TransNetNetwork } from './detectors/transnet-network.ts';
import type { WorkerCall, WorkerCallName, WorkerCalls, WorkerMessage, WorkerRequest } from './worker-contract.ts';

/**
 * Entry of the engine worker: a process that loads and runs ONNX networks, so that the core stays free while they block and lives on
 * when they crash. Networks run one call at a time in the order of the calls; the client keeps to that as well, which is what makes
 * cancelling simple. Engines are imported when first used: finding shots does not wait for the language model's runtime, nor the other
 * way round.
 */

type OpenEngine =
  | { readonly kind: 'captioner'; readonly engine: Captioner }
  | { readonly kind: 'transnet'; readonly engine: TransNetNetwork };

interface CallContext {
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

function serveEngines(): void {
  const engines = new Map<number, OpenEngine>();
  const running = new Map<number, AbortController>();
  let lane: Promise<void> = Promise.resolve();

  const send = (message: WorkerMessage): void => {
    // Without a channel the core is gone, and this process about to end.
    if (process.connected) process.send?.(message);
  };

  async function answer(call: WorkerCall, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) throw new AppError('cancelled', 'Cancelled before it began.');
      const value = await run(engines, call, { signal, onText: (text) => send({ type: 'text', id: call.id, text }) });
      send({ type: 'result', id: call.id, value });
    } catch (error) {
      send({ type: 'error', id: call.id, ...describe(error) });
    } finally {
      running.delete(call.id);
    }
  }

  process.on('message', (request: WorkerRequest) => {
    if (request.type === 'cancel') {
      running.get(request.id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(request.id, controller);
    lane = lane.then(() => answer(request, controller.signal));
  });
}

async function run(engines: Map<number, OpenEngine>, call: WorkerCall, context: CallContext): Promise<WorkerCalls[WorkerCallName]['output']> {
  switch (call.name) {
    case 'openCaptioner': {
      const { openLlavaCaptioner } = await import('./captioners/llava-onnx.ts');
      const { captioner, loaded } = await openLlavaCaptioner(call.input.spec);
      engines.set(call.input.handle, { kind: 'captioner', engine: captioner });
      return loaded;
    }
    case 'caption': {
      const open = engines.get(call.input.handle);
      assert(open?.kind === 'captioner', `engine ${call.input.handle} is an open captioner`);
      return open.engine.caption(call.input.request, context);
    }
    case 'openTransNet': {
      const { openTransNetNetwork } = await import('./detectors/transnet-network.ts');
      const engine = await openTransNetNetwork(call.input.spec);
      engines.set(call.input.handle, { kind: 'transnet', engine });
      return { device: engine.device };
    }
    case 'scoreWindow': {
      const open = engines.get(call.input.handle);
      assert(open?.kind === 'transnet', `engine ${call.input.handle} is an open TransNetV2`);
      return open.engine.scoreWindow(call.input.frames);
    }
    case 'close': {
      await engines.get(call.input.handle)?.engine.dispose();
      engines.delete(call.input.handle);
      return null;
    }
    case 'providers': {
      const { probeProviders } = await import('./execution-providers.ts');
      return probeProviders();
    }
    default:
      return assertNever(call);
  }
}

function describe(error: unknown): Pick<Extract<WorkerMessage, { type: 'error' }>, 'code' | 'message'> {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `The model could not be run: ${reason.slice(0, 500)}` };
}

assert(process.send !== undefined, 'the engine worker is started by the core');
process.on('disconnect', () => process.exit(0));
serveEngines();
