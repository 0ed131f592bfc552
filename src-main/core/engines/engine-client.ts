import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { EngineWorkerHandle, Logger } from '../host.ts';
import type { TransNetNetwork } from './detectors/transnet-network.ts';
import type { Captioner } from './engine.ts';
import { connectWorker, type WorkerConnection } from './worker-connection.ts';
import type { CaptionerSpec, ProviderReport, TransNetSpec } from './worker-contract.ts';

export interface EngineClientOptions {
  readonly logger: Logger;
  /** How many models stay in memory between jobs; the one used longest ago goes first. */
  readonly maxLoadedModels?: number;
  /** How long a cancelled call may go on before the worker is ended. */
  readonly hardStopMs?: number;
}

/** The core's end of the engine worker: one worker, started when needed, one heavy call at a time. */
export interface EngineClient {
  /** Loads a captioner, or takes the loaded one. Its `dispose` gives it back; the model itself stays loaded while there is room. */
  openCaptioner(spec: CaptionerSpec): Promise<Captioner>;
  openTransNet(spec: TransNetSpec): Promise<TransNetNetwork>;
  /** Tests every execution provider; done once. */
  providers(): Promise<readonly ProviderReport[]>;
  /** Ends the worker; calls under way reject with `cancelled`, later ones with `disconnected`. */
  close(): Promise<void>;
}

type ModelSpec =
  | { readonly kind: 'captioner'; readonly spec: CaptionerSpec }
  | { readonly kind: 'transnet'; readonly spec: TransNetSpec };

interface LoadedModel {
  /** The worker that has it; a model does not outlive its worker. */
  readonly worker: WorkerConnection;
  readonly handle: number;
  readonly device: string;
}

export function createEngineClient(spawnEngineWorker: () => EngineWorkerHandle, options: EngineClientOptions): EngineClient {
  const { logger, maxLoadedModels = 2, hardStopMs = 900 } = options;
  const lane = createLane();
  const closing = new AbortController();
  let connection: WorkerConnection | null = null;
  /** Of the running worker, keyed by spec, in order of use, the latest last. */
  let loaded = new Map<string, LoadedModel>();
  let nextHandle = 1;
  let reports: Promise<readonly ProviderReport[]> | null = null;

  function worker(): WorkerConnection {
    if (connection === null || connection.isClosed()) {
      connection = connectWorker(spawnEngineWorker(), { hardStopMs, logger });
      loaded = new Map();
    }
    return connection;
  }

  async function load(model: ModelSpec, signal: AbortSignal): Promise<LoadedModel> {
    const current = worker();
    const key = JSON.stringify(model);
    const known = loaded.get(key);
    if (known !== undefined) {
      loaded.delete(key);
      loaded.set(key, known);
      return known;
    }
    for (const [oldKey, old] of loaded) {
      if (loaded.size < maxLoadedModels) break;
      loaded.delete(oldKey);
      await current.call('close', { handle: old.handle }, { signal });
    }
    const entry = await open(current, model, signal);
    loaded.set(key, entry);
    return entry;
  }

  async function open(current: WorkerConnection, model: ModelSpec, signal: AbortSignal): Promise<LoadedModel> {
    const handle = nextHandle++;
    try {
      const { device } =
        model.kind === 'captioner'
          ? await current.call('openCaptioner', { handle, spec: model.spec }, { signal })
          : await current.call('openTransNet', { handle, spec: model.spec }, { signal });
      return { worker: current, handle, device };
    } catch (error) {
      // Cancelled while it was being loaded, it may be there all the same, and nobody would ever unload it.
      if (isCancelled(error) && !current.isClosed()) await current.call('close', { handle }, { signal: closing.signal });
      throw error;
    }
  }

  /** Runs `work` when its turn has come; leaves the queue at once when cancelled there. */
  function inLane<T>(signal: AbortSignal | null, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (closing.signal.aborted) return Promise.reject(new AppError('disconnected', 'The engines are shut down.'));
    const either = signal === null ? closing.signal : AbortSignal.any([signal, closing.signal]);
    return lane(either, () => work(either));
  }

  async function openCaptioner(spec: CaptionerSpec): Promise<Captioner> {
    const model: ModelSpec = { kind: 'captioner', spec };
    await inLane(null, (signal) => load(model, signal));
    return {
      id: spec.modelId,
      version: spec.sha256.slice(0, 12),
      caption: (request, context) =>
        inLane(context.signal, async (signal) => {
          const { worker: owner, handle } = await load(model, signal);
          return owner.call('caption', { handle, request }, { signal, onText: (text) => context.onText(text) });
        }),
      dispose: () => Promise.resolve(),
    };
  }

  async function openTransNet(spec: TransNetSpec): Promise<TransNetNetwork> {
    const model: ModelSpec = { kind: 'transnet', spec };
    const { device } = await inLane(null, (signal) => load(model, signal));
    return {
      device,
      scoreWindow: (frames) =>
        inLane(null, async (signal) => {
          const { worker: owner, handle } = await load(model, signal);
          return owner.call('scoreWindow', { handle, frames }, { signal });
        }),
      dispose: () => Promise.resolve(),
    };
  }

  function providers(): Promise<readonly ProviderReport[]> {
    reports ??= inLane(null, (signal) => worker().call('providers', null, { signal })).catch((error: unknown) => {
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

  return { openCaptioner, openTransNet, providers, close };
}

/** A queue of one: works run one after another, in order; a work that is cancelled while it waits leaves at once. */
function createLane(): <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T> {
  let last: Promise<void> = Promise.resolve();
  return async (signal, work) => {
    const turn = last;
    const mine = Promise.withResolvers<void>();
    last = turn.then(() => mine.promise);
    try {
      await untilTurn(turn, signal);
      return await work();
    } finally {
      mine.resolve();
    }
  };
}

async function untilTurn(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  const cancelled = Promise.withResolvers<never>();
  const leave = (): void => cancelled.reject(new AppError('cancelled', 'Cancelled while waiting for the engine.'));
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    await Promise.race([turn, cancelled.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
