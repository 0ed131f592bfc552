import { createContext, use, useEffect, useSyncExternalStore, type ReactNode } from 'react';
import type { EventName, Events } from '#shared/contract/events.ts';
import type { HostApi } from '#shared/contract/host-api.ts';
import type { ConnectionState, CoreConnection } from './connection.ts';
import type { Edits } from './edits.ts';

interface CoreContextValue {
  readonly core: CoreConnection;
  readonly host: HostApi;
  readonly edits: Edits;
}

const CoreContext = createContext<CoreContextValue | null>(null);

export function CoreProvider({ core, host, edits, children }: CoreContextValue & { readonly children: ReactNode }) {
  return <CoreContext value={{ core, host, edits }}>{children}</CoreContext>;
}

function useCoreContext(): CoreContextValue {
  const value = use(CoreContext);
  if (value === null) throw new Error('Used outside <CoreProvider>');
  return value;
}

/** The connection to the core: `useCore().api.shots.split(…)`. Prefer the hooks of `queries.ts` and `mutations.ts`. */
export function useCore(): CoreConnection {
  return useCoreContext().core;
}

/** What the surroundings offer: file picking, media addresses. */
export function useHost(): HostApi {
  return useCoreContext().host;
}

/** The one queue of everything that people change. */
export function useEdits(): Edits {
  return useCoreContext().edits;
}

export function useConnectionState(): ConnectionState {
  const core = useCore();
  return useSyncExternalStore(core.onStateChange, core.getState);
}

/** Calls `listener` for every `name` event while mounted. Pass a stable function (`useCallback`). */
export function useCoreEvent<K extends EventName>(name: K, listener: (payload: Events[K]) => void): void {
  const core = useCore();
  useEffect(() => core.on(name, listener), [core, name, listener]);
}
