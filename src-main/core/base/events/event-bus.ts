import type { Logger } from '../host.ts';
import type { EventName, Events } from '#shared/contract/events.ts';

type AnyListener = <K extends EventName>(name: K, payload: Events[K]) => void;

/** Notices kept for the first client; a window that opens later than the core still shows what went wrong at start. */
const MAX_KEPT_NOTICES = 20;

export type EventBus = ReturnType<typeof createEventBus>;

/** Announces what happened to whoever listens; it commands nothing, and a listener's failure is the listener's own. */
export function createEventBus(logger: Logger) {
  const listeners = new Set<AnyListener>();
  const clients = new Set<AnyListener>();
  const keptNotices: Events['notice'][] = [];

  function deliver<K extends EventName>(listener: AnyListener, name: K, payload: Events[K]): void {
    try {
      listener(name, payload);
    } catch (error) {
      logger.error({ error, event: name }, 'an event listener failed');
    }
  }

  return {
    emit<K extends EventName>(name: K, payload: Events[K]): void {
      if (name === 'notice' && clients.size === 0 && keptNotices.length < MAX_KEPT_NOTICES) keptNotices.push(payload as Events['notice']);
      for (const listener of listeners) deliver(listener, name, payload);
    },

    /** Receives every event from now on, and notices that no client has received yet; returns its removal. */
    onAny(listener: AnyListener): () => void {
      listeners.add(listener);
      clients.add(listener);
      for (const notice of keptNotices.splice(0)) deliver(listener, 'notice', notice);
      return () => {
        listeners.delete(listener);
        clients.delete(listener);
      };
    },

    /** Receives one sort of event; returns its removal. */
    on<K extends EventName>(wanted: K, listener: (payload: Events[K]) => void): () => void {
      const filtered: AnyListener = (name, payload) => {
        // The names agree, so the payload is of the wanted sort; the compiler cannot see that through two type parameters.
        if ((name as EventName) === wanted) listener(payload as unknown as Events[K]);
      };
      listeners.add(filtered);
      return () => listeners.delete(filtered);
    },
  };
}
