import { AppError } from '#shared/contract/errors.ts';
import type { EngineWorkerHandle, Logger, WorkerFailure } from '../host.ts';
import type { WorkerCall, WorkerCallName, WorkerCalls, WorkerMessage } from './worker-contract.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly onText?: (text: string) => void;
}

/** Typed calls to one running worker. */
export interface WorkerConnection {
  /**
   * Rejects with `cancelled` soon after `signal` aborts: the worker is asked to stop, and ended when it has not stopped in time.
   * Rejects with `internal` when the worker dies.
   */
  call<N extends WorkerCallName>(name: N, input: WorkerCalls[N]['input'], options: CallOptions): Promise<WorkerCalls[N]['output']>;
  isClosed(): boolean;
  end(): Promise<void>;
}

interface PendingCall {
  readonly onText: ((text: string) => void) | undefined;
  readonly resolve: (value: WorkerCalls[WorkerCallName]['output']) => void;
  readonly reject: (error: AppError) => void;
}

export function connectWorker(handle: EngineWorkerHandle, options: { readonly hardStopMs: number; readonly logger: Logger }): WorkerConnection {
  const pending = new Map<number, PendingCall>();
  let nextId = 1;
  let isClosed = false;

  function settle(id: number): PendingCall | undefined {
    const call = pending.get(id);
    pending.delete(id);
    return call;
  }

  function receive(message: WorkerMessage): void {
    if (message.type === 'text') pending.get(message.id)?.onText?.(message.text);
    else if (message.type === 'result') settle(message.id)?.resolve(message.value);
    else settle(message.id)?.reject(new AppError(message.code, message.message));
  }

  function rejectAll(error: AppError): void {
    isClosed = true;
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  }

  handle.wire.onMessage((message) => {
    if (!isClosed) receive(message);
  });
  handle.wire.onClose(() => {
    const failure = handle.failure();
    if (failure !== null) options.logger.error({ ...failure }, 'The engine worker died');
    rejectAll(died(failure));
  });

  async function end(): Promise<void> {
    rejectAll(new AppError('cancelled', 'Cancelled.'));
    await handle.terminate();
  }

  /** Asks the worker to stop a call; a network that is in the middle of a long run does not hear it, then the worker has to go. */
  function cancel(id: number): () => void {
    handle.wire.send({ type: 'cancel', id });
    const timer = setTimeout(() => {
      options.logger.warn({ hardStopMs: options.hardStopMs }, 'A cancelled call did not stop in time: ending the engine worker');
      end().catch((error: unknown) => options.logger.error({ error }, 'The engine worker could not be ended'));
    }, options.hardStopMs);
    return () => clearTimeout(timer);
  }

  function call<N extends WorkerCallName>(name: N, input: WorkerCalls[N]['input'], { signal, onText }: CallOptions): Promise<WorkerCalls[N]['output']> {
    if (signal.aborted) return Promise.reject(new AppError('cancelled', 'Cancelled.'));
    if (isClosed) return Promise.reject(died(handle.failure()));
    const id = nextId++;
    let calm: () => void = () => undefined;
    const abort = (): void => {
      calm = cancel(id);
    };
    const result = new Promise<WorkerCalls[WorkerCallName]['output']>((resolve, reject) => {
      pending.set(id, { onText, resolve, reject });
    });
    signal.addEventListener('abort', abort, { once: true });
    // `input` belongs to `name`; TypeScript cannot follow that through the generic.
    handle.wire.send({ type: 'call', id, name, input } as WorkerCall);
    return result.finally(() => {
      signal.removeEventListener('abort', abort);
      calm();
      // An answer that was already on its way when its caller cancelled comes too late.
      if (signal.aborted) throw new AppError('cancelled', 'Cancelled.');
    }) as Promise<WorkerCalls[N]['output']>;
  }

  return { call, isClosed: () => isClosed, end };
}

function died(failure: WorkerFailure | null): AppError {
  return new AppError('internal', `The model's process stopped unexpectedly (${failure?.reason ?? 'it was ended'}). Everything saved is safe; try again, and it starts anew.`);
}
