import type { Command } from './command.ts';

/** All commands of what is on screen now. */
export interface CommandRegistry {
  /** Adds commands until the returned function is called. Two commands with one id are an error of the program. */
  register(ids: readonly string[], find: (id: string) => Command | undefined): () => void;
  /** Notifies listeners that a label or an availability is another now. */
  announceChange(): void;
  list(): readonly Command[];
  find(id: string): Command | undefined;
  /** Runs a command by id; false when there is none or it is not available now. */
  run(id: string): boolean;
  readonly onChange: (listener: () => void) => () => void;
  /** Changes with every registration: a snapshot for `useSyncExternalStore`. */
  readonly version: () => number;
}

export function createCommandRegistry(): CommandRegistry {
  const sources = new Map<string, (id: string) => Command | undefined>();
  const listeners = new Set<() => void>();
  let version = 0;

  function changed(): void {
    version += 1;
    for (const listener of listeners) listener();
  }

  const find = (id: string): Command | undefined => sources.get(id)?.(id);

  return {
    register(ids, source) {
      for (const id of ids) {
        if (sources.has(id)) throw new Error(`Two commands are called ${id}`);
        sources.set(id, source);
      }
      changed();
      return () => {
        for (const id of ids) sources.delete(id);
        changed();
      };
    },
    announceChange: changed,
    list: () => [...sources.keys()].map(find).filter((command) => command !== undefined),
    find,
    run(id) {
      const command = find(id);
      if (command === undefined || !(command.when?.() ?? true)) return false;
      command.run();
      return true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    version: () => version,
  };
}
