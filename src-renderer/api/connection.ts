import { connect, type Connection } from '#shared/contract/client.ts';
import type { CallOptions, Client } from '#shared/contract/define.ts';
import { AppError } from '#shared/contract/errors.ts';
import { events, type EventName, type Events } from '#shared/contract/events.ts';
import type { HostApi } from '#shared/contract/host-api.ts';
import { procedures, type Procedures } from '#shared/contract/procedures.ts';
import { words } from '#shared/words/words.ts';

/**
 * `connecting`: never connected yet. `reconnecting`: the wire closed and a new one is being opened. `ended`: the studio lets this browser
 * in no more; it is still asked now and then, for a new session may begin in another tab.
 */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'ended';

/** One connection to the core that outlives its wires: `api` and subscriptions stay valid when the core comes back on a new one. */
export interface CoreConnection {
  readonly api: Client<Procedures>;
  on<K extends EventName>(name: K, listener: (payload: Events[K]) => void): () => void;
  readonly getState: () => ConnectionState;
  /** Called after each change of state; returns its removal. */
  readonly onStateChange: (listener: () => void) => () => void;
  /** Ends reconnecting; a wire that is open is left to the host. */
  close(): void;
}

type Listener = (payload: never) => void;
type Caller = (input: unknown, options?: CallOptions) => Promise<unknown>;

const RETRY_DELAYS_MS = [100, 250, 500, 1000, 2000, 4000] as const;

/** Waiting time before attempt `attempt` (from 0) to open a wire. */
export function retryDelayMs(attempt: number): number {
  return RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] ?? 0;
}

/**
 * Opens a wire at once and again after each close. While there is none, queries wait for the next one and mutations fail with
 * `disconnected`: a change that was made against a picture of the past is not sent blindly. `projectSeen` as in `connect`.
 */
export function openCoreConnection(host: Pick<HostApi, 'openWire'>, projectSeen: () => string | null = () => null): CoreConnection {
  const listeners = new Map<EventName, Set<Listener>>();
  const stateListeners = new Set<() => void>();
  let state: ConnectionState = 'connecting';
  let isClosed = false;
  let current = Promise.withResolvers<Connection<Procedures, Events>>();
  let open: Connection<Procedures, Events> | null = null;

  function setState(next: ConnectionState): void {
    if (state === next) return;
    state = next;
    for (const listener of stateListeners) listener();
  }

  function announce(name: EventName, payload: unknown): void {
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  }

  async function openOnce(): Promise<void> {
    const wire = await host.openWire();
    const connection = connect<Procedures, Events>(procedures, wire, projectSeen);
    for (const name of Object.keys(events) as EventName[]) connection.on(name, (payload) => announce(name, payload));
    wire.onClose(() => {
      if (isClosed) return;
      current = Promise.withResolvers();
      open = null;
      setState('reconnecting');
      void keepOpening();
    });
    current.resolve(connection);
    open = connection;
    setState('connected');
  }

  async function keepOpening(): Promise<void> {
    for (let attempt = 0; !isClosed; attempt++) {
      try {
        await openOnce();
        return;
      } catch (error) {
        if (error instanceof AppError && error.code === 'forbidden') setState('ended');
        // Otherwise the state already says 'connecting' or 'reconnecting'; the host's reason changes nothing about trying again.
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs(attempt)));
      }
    }
  }

  const caller =
    (area: string, name: string, isQuery: boolean): Caller =>
    async (input, options) => {
      if (state !== 'connected' && !isQuery) throw notSent();
      // At once where it can be: the core works on an edit while the page draws it.
      const connection = open ?? (await current.promise);
      const call = (connection.api as unknown as Record<string, Record<string, Caller>>)[area]?.[name];
      if (call === undefined) throw new AppError('not-found', words('wire.noProcedure', { path: `${area}.${name}` }));
      return call(input, options);
    };

  void keepOpening();
  return {
    api: stableClient(caller),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, set.add(listener as Listener));
      return () => set.delete(listener as Listener);
    },
    getState: () => state,
    onStateChange(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    close() {
      isClosed = true;
    },
  };
}

function stableClient(caller: (area: string, name: string, isQuery: boolean) => Caller): Client<Procedures> {
  const areas = Object.entries(procedures).map(([area, members]) => {
    const calls = Object.entries(members).map(([name, procedure]) => [name, caller(area, name, procedure.kind === 'query')]);
    return [area, Object.fromEntries(calls)];
  });
  return Object.fromEntries(areas) as Client<Procedures>;
}

function notSent(): AppError {
  return new AppError('disconnected', words('wire.notSent'));
}
