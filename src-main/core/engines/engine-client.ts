import { untilAborted } from '#core/base/until-aborted.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Logger } from '#core/base/host.ts';
import type { EngineWorkerHandle } from './engine-worker-handle.ts';
import { connectWorker, type RequestOptions, type WorkerConnection, WorkerDiedError } from './worker-connection.ts';
import type { CallName, CallOf, EngineKind, EngineSpec, OpenedEngine, ProviderReport } from './worker-contract.ts';

export interface EngineClientOptions {
  readonly logger: Logger;
  /** Called whenever an engine was loaded into a worker, with the device that it runs on. */
  readonly onOpened?: (modelId: string, opened: OpenedEngine) => void;
  /** How many models stay in memory between jobs; the one used longest ago goes first. */
  readonly maxLoadedModels?: number;
  /** How long a cancelled call may go on before the worker is ended. */
  readonly hardStopMs?: number;
  /** How long a model may take to load, in ms; left out: two minutes, and more for large files. */
  readonly openLimitMs?: number;
}

/** With a slow disk and a device that compiles the networks first. */
const OPEN_LIMIT_MS = 120_000;
/** As slow as a disk on the network is. */
const OPEN_BYTES_PER_MS = 10_000;

/** The same work ended two workers: a third one would fare no better. */
export class EngineDiedError extends AppError {
  override name = 'EngineDiedError';
}

export interface EngineCallOptions<Update> {
  readonly signal?: AbortSignal;
  readonly onUpdate?: (update: Update) => void;
}

/**
 * An engine that runs in the worker. A worker that died is replaced, its engines are opened again, and what it was doing is done once more,
 * unseen by who calls; what was reported of the first try is reported anew. Where that worker dies as well, the call rejects with an EngineDiedError.
 */
export interface RemoteEngine<K extends EngineKind> {
  readonly opened: OpenedEngine;
  call<N extends CallName<K>>(
    name: N,
    input: CallOf<K, N>['input'],
    options?: EngineCallOptions<CallOf<K, N>['update']>,
  ): Promise<CallOf<K, N>['output']>;
}

/** The core's end of the engine worker: one worker, started when needed, one heavy call at a time. */
export interface EngineClient {
  /** Opens an engine, or takes the open one with the same spec. It stays open between jobs while there is room. */
  open<K extends EngineKind>(engine: EngineSpec<K>): Promise<RemoteEngine<K>>;
  /** Tests every execution provider; done once. */
  providers(): Promise<readonly ProviderReport[]>;
  /** Ends the worker; calls under way reject with `cancelled`, later ones with `disconnected`. */
  close(): Promise<void>;
}

interface LoadedEngine {
  /** The worker that has it; an engine does not outlive its worker. */
  readonly worker: WorkerConnection;
  readonly handle: number;
  readonly opened: OpenedEngine;
}

export function createEngineClient(spawnEngineWorker: () => EngineWorkerHandle, options: EngineClientOptions): EngineClient {
  const { logger, onOpened, maxLoadedModels = 2, hardStopMs = 900, openLimitMs = OPEN_LIMIT_MS } = options;
  const lane = createLane();
  const closing = new AbortController();
  let connection: WorkerConnection | null = null;
  /** Of the running worker, keyed by spec, in order of use, the latest last. */
  let loaded = new Map<string, LoadedEngine>();
  let nextHandle = 1;
  let reports: Promise<readonly ProviderReport[]> | null = null;

  function worker(): WorkerConnection {
    if (connection === null || connection.isClosed()) {
      connection = connectWorker(spawnEngineWorker(), { hardStopMs, logger });
      loaded = new Map();
    }
    return connection;
  }

  async function load(engine: EngineSpec, signal: AbortSignal): Promise<LoadedEngine> {
    const current = worker();
    const key = JSON.stringify(engine);
    const known = loaded.get(key);
    if (known !== undefined) {
      loaded.delete(key);
      loaded.set(key, known);
      return known;
    }
    for (const [oldKey, old] of loaded) {
      if (loaded.size < maxLoadedModels) break;
      loaded.delete(oldKey);
      await current.ask({ type: 'close', handle: old.handle }, { signal });
    }
    const entry = await openIn(current, engine, signal);
    loaded.set(key, entry);
    return entry;
  }

  async function openIn(current: WorkerConnection, engine: EngineSpec, signal: AbortSignal): Promise<LoadedEngine> {
    const handle = nextHandle++;
    try {
      const opened = (await current.ask({ type: 'open', handle, engine }, { signal, limit: openLimit(engine) })) as OpenedEngine;
      onOpened?.(engine.spec.modelId, opened);
      return { worker: current, handle, opened };
    } catch (error) {
      // Cancelled while it was being loaded, it may be there all the same, and nobody would ever unload it.
      if (isCancelled(error) && !current.isClosed()) await current.ask({ type: 'close', handle }, { signal: closing.signal });
      throw error;
    }
  }

  function openLimit({ spec: { modelId, bytes = 0 } }: EngineSpec): RequestOptions['limit'] {
    const ms = openLimitMs + bytes / OPEN_BYTES_PER_MS;
    const error = (): AppError =>
      new AppError('model-broken', words('engines.notLoadedInTime', { modelId, seconds: Math.ceil(ms / 1000) }));
    return { ms, error };
  }

  /** Memory that ran out, a driver that fell over: the next worker may well do what the first one died of. */
  async function twice<T>(modelId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WorkerDiedError)) throw error;
      logger.warn({ modelId, reason: error.message }, 'The engine worker died: what it was doing is tried once more');
    }
    return work().catch((error: unknown) => {
      throw error instanceof WorkerDiedError ? diedTwice(modelId, error) : error;
    });
  }

  /** Runs `work` when its turn has come; leaves the queue at once when cancelled there. */
  function inLane<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (closing.signal.aborted) return Promise.reject(new AppError('disconnected', words('engines.shutDown')));
    const either = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    return lane(either, () => work(either));
  }

  async function open<K extends EngineKind>(engine: EngineSpec<K>): Promise<RemoteEngine<K>> {
    const anySpec = engine as EngineSpec;
    const { modelId } = engine.spec;
    const { opened } = await inLane(undefined, (signal) => twice(modelId, () => load(anySpec, signal)));
    return {
      opened,
      call: (name, input, { signal, onUpdate } = {}) =>
        inLane(signal, (either) =>
          twice(modelId, async () => {
            const { worker: owner, handle } = await load(anySpec, either);
            // The worker answers with what `EngineKinds` says for this call.
            const answer = owner.ask(
              { type: 'call', handle, name, input },
              { signal: either, onUpdate: onUpdate as ((update: unknown) => void) | undefined },
            );
            return (await answer) as CallOf<K, typeof name>['output'];
          }),
        ),
    };
  }

  function providers(): Promise<readonly ProviderReport[]> {
    reports ??= inLane(
      undefined,
      async (signal) => (await worker().ask({ type: 'providers' }, { signal })) as readonly ProviderReport[],
    ).catch((error: unknown) => {
      reports = null;
      throw error;
    });
    return reports;
  }

  async function close(): Promise<void> {
    closing.abort();
    await connection?.end();
    connection = null;
  }

  return { open, providers, close };
}

function diedTwice(modelId: string, { reason }: WorkerDiedError): EngineDiedError {
  return new EngineDiedError('model-broken', words('engines.diedTwice', { modelId, reason }));
}

/** A queue of one: works run one after another, in order; a work that is cancelled while it waits leaves at once. */
function createLane(): <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T> {
  let last: Promise<void> = Promise.resolve();
  return async (signal, work) => {
    const turn = last;
    const mine = Promise.withResolvers<void>();
    last = turn.then(() => mine.promise);
    try {
      await untilAborted(turn, signal, new AppError('cancelled', words('engines.cancelledWaiting')));
      return await work();
    } finally {
      mine.resolve();
    }
  };
}
