import type { CallOptions, Client, Contract } from './define.ts';
import { AppError } from './errors.ts';
import type { ClientMessage, ServerMessage, Wire } from './wire.ts';
import { words } from '../words/words.ts';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface Connection<C extends Contract, E> {
  readonly api: Client<C>;
  on<K extends keyof E & string>(name: K, listener: (payload: E[K]) => void): () => void;
}

/** The caller's end of a wire. `contract` is only walked for its names, so a typo fails here and not on the server. */
export function connect<C extends Contract, E>(
  contract: C,
  wire: Wire<ClientMessage, ServerMessage>,
  /** The project that the caller sees just now (`ClientMessage`); null: not known, or none. */
  projectSeen: () => string | null = () => null,
): Connection<C, E> {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  let nextId = 1;
  let isClosed = false;

  wire.onMessage((message) => {
    if (message.type === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.payload as never);
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.type === 'result') call?.resolve(message.value);
    else call?.reject(AppError.received(message));
  });

  wire.onClose(() => {
    isClosed = true;
    for (const { reject } of pending.values()) reject(disconnected());
    pending.clear();
  });

  function call(path: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    if (isClosed) return Promise.reject(disconnected());
    if (signal?.aborted === true) return Promise.reject(new AppError('cancelled', words('wire.cancelled', { path })));
    const id = nextId++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      signal?.addEventListener('abort', () => wire.send({ type: 'cancel', id }), { once: true });
      const project = projectSeen();
      wire.send({ type: 'call', id, path, input, ...(project !== null && { project }) });
    });
  }

  const api = mapValues(contract, (area, areaName) =>
    mapValues(area, (_procedure, name) => (input: unknown, options?: CallOptions) => call(`${areaName}.${name}`, input, options?.signal)),
  ) as Client<C>;

  function on<K extends keyof E & string>(name: K, listener: (payload: E[K]) => void): () => void {
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(listener as (payload: never) => void));
    return () => set.delete(listener as (payload: never) => void);
  }

  return { api, on };
}

function disconnected(): AppError {
  return new AppError('disconnected', words('wire.closed'));
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
