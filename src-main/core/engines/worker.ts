import { assert, assertNever } from '#shared/assert.ts';
import { endInOrderAfterFault } from '#core/system/last-resort.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { EngineSpec, OpenedEngine, WorkerMessage, WorkerRequest } from './worker-contract.ts';
import { type WorkerCallContext, workerEngines } from './worker-engines.ts';

/**
 * Entry of the engine worker: a process that loads and runs ONNX networks, so that the core stays free while they block and lives on
 * when they crash. Networks run one request at a time in the order of the requests; the client keeps to that as well, which is what
 * makes cancelling simple.
 */

type Request = Exclude<WorkerRequest, { type: 'cancel' }>;

/** An open engine of whatever kind: which calls it has, and what they take, is between the client and `EngineKinds`. */
interface OpenEngine {
  readonly opened: OpenedEngine;
  readonly calls: Readonly<Record<string, (input: never, context: WorkerCallContext<unknown>) => Promise<unknown>>>;
  dispose(): Promise<void>;
}

function serveEngines(): void {
  const engines = new Map<number, OpenEngine>();
  const running = new Map<number, AbortController>();
  let lane: Promise<void> = Promise.resolve();

  const send = (message: WorkerMessage): void => {
    // Without a channel the core is gone, and this process about to end.
    if (process.connected) process.send?.(message);
  };

  async function answer(request: Request, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) throw new AppError('cancelled', 'Cancelled before it began.');
      const value = await run(engines, request, { signal, onUpdate: (update) => send({ type: 'update', id: request.id, value: update }) });
      send({ type: 'result', id: request.id, value });
    } catch (error) {
      send({ type: 'error', id: request.id, ...describe(error) });
    } finally {
      running.delete(request.id);
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

async function run(engines: Map<number, OpenEngine>, request: Request, context: WorkerCallContext<unknown>): Promise<unknown> {
  switch (request.type) {
    case 'open': {
      const engine = await open(request.engine);
      engines.set(request.handle, engine);
      return engine.opened;
    }
    case 'call': {
      const call = engines.get(request.handle)?.calls[request.name];
      assert(call !== undefined, `engine ${request.handle} is open and can ${request.name}`);
      return call(request.input as never, context);
    }
    case 'close': {
      await engines.get(request.handle)?.dispose();
      engines.delete(request.handle);
      return null;
    }
    case 'providers': {
      const { probeProviders } = await import('./execution-providers.ts');
      return probeProviders();
    }
    default:
      return assertNever(request);
  }
}

/** `spec` belongs to `kind`; TypeScript cannot follow that through the table. */
function open({ kind, spec }: EngineSpec): Promise<OpenEngine> {
  const openEngine = workerEngines[kind] as (spec: EngineSpec['spec']) => Promise<OpenEngine>;
  return openEngine(spec);
}

function describe(error: unknown): Pick<Extract<WorkerMessage, { type: 'error' }>, 'code' | 'message'> {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `The model could not be run: ${reason.slice(0, 500)}` };
}

assert(process.send !== undefined, 'the engine worker is started by the core');
process.on('disconnect', () => process.exit(0));
endInOrderAfterFault({
  // The core keeps the end of it for its log.
  log: (error, message) => process.stderr.write(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  // Nothing of its own lies open: the core finds the half-done unit and its reason.
  close: () => Promise.resolve(),
  exit: (code) => process.exit(code),
});
serveEngines();
