import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Logger } from '#core/base/host.ts';
import type { EngineWorkerHandle, WorkerFailure } from './engine-worker-handle.ts';
import { brokenPart, nameOfPart } from './work-limit.ts';
import type { WorkerMessage, WorkerRequest } from './worker-contract.ts';

export interface RequestOptions {
  readonly signal: AbortSignal;
  readonly onUpdate?: ((update: unknown) => void) | undefined;
  /** Ends the worker, and rejects with the error, when there is no answer by then. */
  readonly limit?: { readonly ms: number; error(): AppError } | undefined;
}

/** A worker died under a request: it may be tried once more, in another one. */
export class WorkerDiedError extends AppError {
  override name = 'WorkerDiedError';
  readonly reason: WorkerFailure['reason'];

  constructor(reason: WorkerFailure['reason']) {
    super('internal', words('engines.died', { reason }));
    this.reason = reason;
  }
}

/** What a worker can be asked; the connection numbers it. */
export type Question = Unnumbered<Exclude<WorkerRequest, { type: 'cancel' }>>;
type Unnumbered<R> = R extends unknown ? Omit<R, 'id'> : never;

/** Requests to one running worker and their answers. */
export interface WorkerConnection {
  /**
   * Rejects with `cancelled` soon after `signal` aborts: the worker is asked to stop, and ended when it has not stopped in time.
   * Rejects with a WorkerDiedError when the worker dies, and with `model-broken` when it was ended because a part of the model took too long.
   */
  ask(question: Question, options: RequestOptions): Promise<unknown>;
  isClosed(): boolean;
  end(): Promise<void>;
}

interface PendingRequest {
  readonly onUpdate: ((update: unknown) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
}

export function connectWorker(
  handle: EngineWorkerHandle,
  options: { readonly hardStopMs: number; readonly logger: Logger },
): WorkerConnection {
  const pending = new Map<number, PendingRequest>();
  let nextId = 1;
  let isClosed = false;

  function settle(id: number): PendingRequest | undefined {
    const request = pending.get(id);
    pending.delete(id);
    return request;
  }

  function receive(message: WorkerMessage): void {
    if (message.type === 'update') pending.get(message.id)?.onUpdate?.(message.value);
    else if (message.type === 'result') settle(message.id)?.resolve(message.value);
    else settle(message.id)?.reject(AppError.received(message));
  }

  function rejectAll(error: AppError): void {
    isClosed = true;
    for (const request of pending.values()) request.reject(error);
    pending.clear();
  }

  handle.wire.onMessage((message) => {
    if (!isClosed) receive(message);
  });
  handle.wire.onClose(() => {
    const failure = handle.failure();
    const error = died(failure);
    if (failure !== null) options.logger.error({ ...failure, reason: error.message }, 'The engine worker died');
    rejectAll(error);
  });

  async function end(): Promise<void> {
    rejectAll(new AppError('cancelled', words('engines.cancelled')));
    await handle.terminate();
  }

  /** Asks the worker to stop a call; a network that is in the middle of a long run does not notice it, then the worker has to go. */
  function cancel(id: number): () => void {
    handle.wire.send({ type: 'cancel', id });
    const timer = setTimeout(() => {
      options.logger.warn({ hardStopMs: options.hardStopMs }, 'A cancelled call did not stop in time: ending the engine worker');
      end().catch((error: unknown) => options.logger.error({ error }, 'The engine worker could not be ended'));
    }, options.hardStopMs);
    return () => clearTimeout(timer);
  }

  function giveUp(id: number, error: AppError): void {
    options.logger.warn({ reason: error.message }, 'No answer in time: ending the engine worker');
    settle(id)?.reject(error);
    end().catch((problem: unknown) => options.logger.error({ error: problem }, 'The engine worker could not be ended'));
  }

  function ask(question: Question, { signal, onUpdate, limit }: RequestOptions): Promise<unknown> {
    if (signal.aborted) return Promise.reject(new AppError('cancelled', words('engines.cancelled')));
    if (isClosed) return Promise.reject(died(handle.failure()));
    const id = nextId++;
    let calm: () => void = () => undefined;
    const abort = (): void => {
      calm = cancel(id);
    };
    const result = new Promise<unknown>((resolve, reject) => {
      pending.set(id, { onUpdate, resolve, reject });
    });
    signal.addEventListener('abort', abort, { once: true });
    const timer = limit === undefined ? undefined : setTimeout(() => giveUp(id, limit.error()), limit.ms);
    handle.wire.send({ ...question, id });
    return result.finally(() => {
      signal.removeEventListener('abort', abort);
      clearTimeout(timer);
      calm();
      // An answer that was already on its way when its caller cancelled comes too late.
      if (signal.aborted) throw new AppError('cancelled', words('engines.cancelled'));
    });
  }

  return { ask, isClosed: () => isClosed, end };
}

function died(failure: WorkerFailure | null): AppError {
  const part = failure?.overLimit ?? null;
  if (part === null) return new WorkerDiedError(failure?.reason ?? words('engines.wasEnded'));
  return brokenPart(part, words('engines.partDidNotFinish', { part: nameOfPart(part) }));
}
