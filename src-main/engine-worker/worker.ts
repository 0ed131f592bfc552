import path from 'node:path';
import { endInOrderAfterFault } from '#core/base/last-resort.ts';
import { assert, assertNever, INVARIANT } from '#shared/assert.ts';
import { AppError, type Refusal } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { EngineSpec, OpenedEngine, WorkerMessage, WorkerRequest } from '#core/engines/worker-contract.ts';
import { PART_LIMIT_MS, type WorkLimit } from '#core/engines/work-limit.ts';
import { type WorkerCallContext, workerEngines } from './worker-engines.ts';
import { startWatchdog } from '#core/engines/worker-watchdog.ts';

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

function serveEngines(limit: WorkLimit): void {
  const engines = new Map<number, OpenEngine>();
  const running = new Map<number, AbortController>();
  let lane: Promise<void> = Promise.resolve();

  const send = (message: WorkerMessage): void => {
    // Without a channel the core is gone, and this process about to end.
    if (process.connected) process.send?.(message);
  };

  async function answer(request: Request, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) throw new AppError('cancelled', words('worker.cancelledBefore'));
      const value = await run({ engines, limit }, request, {
        signal,
        onUpdate: (update) => send({ type: 'update', id: request.id, value: update }),
      });
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

interface Engines {
  readonly engines: Map<number, OpenEngine>;
  readonly limit: WorkLimit;
}

async function run({ engines, limit }: Engines, request: Request, context: WorkerCallContext<unknown>): Promise<unknown> {
  switch (request.type) {
    case 'open': {
      const engine = await open(request.engine, limit);
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
function open({ kind, spec }: EngineSpec, limit: WorkLimit): Promise<OpenEngine> {
  const openEngine = workerEngines[kind] as (spec: EngineSpec['spec'], limit: WorkLimit) => Promise<OpenEngine>;
  return openEngine(spec, limit);
}

function describe(error: unknown): Refusal {
  if (error instanceof AppError) return error.refusal;
  const reason = error instanceof Error ? error.message : String(error);
  // What the libraries throw is about what this model gave them; an invariant of our own is about us.
  const code = reason.startsWith(INVARIANT) ? 'internal' : 'model-broken';
  return new AppError(code, words('worker.couldNotRun', { reason: reason.slice(0, 500) })).refusal;
}

/** Arguments: the process id of the core, and how long a limited part may take, in ms; left out: the parent, and the usual limit. */
function start(): void {
  assert(process.send !== undefined, 'the engine worker is started by the core');
  const [corePid = process.ppid, limitMs = PART_LIMIT_MS] = process.argv.slice(2).map(Number);
  process.on('disconnect', () => process.exit(0));
  endInOrderAfterFault({
    // The core keeps the end of it for its log.
    log: (error, message) =>
      process.stderr.write(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
    // Nothing of its own lies open: the core finds the half-done unit and its reason.
    close: () => Promise.resolve(),
    exit: (code) => process.exit(code),
  });
  // It lies beside this file in the sources as in the build.
  const threadFile = new URL(`engine-watchdog${path.extname(import.meta.url)}`, import.meta.url);
  serveEngines(startWatchdog({ threadFile, corePid, limitMs }));
}

start();
