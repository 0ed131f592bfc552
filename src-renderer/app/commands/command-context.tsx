import { createContext, use, useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { isAvailable, type Command } from './command.ts';
import type { CommandRegistry } from './command-registry.ts';

const CommandContext = createContext<CommandRegistry | null>(null);

export function CommandProvider({ registry, children }: { readonly registry: CommandRegistry; readonly children: ReactNode }) {
  return <CommandContext value={registry}>{children}</CommandContext>;
}

/** To run a command by id, e.g. from a button: `useCommandRegistry().run('history.undo')`. */
export function useCommandRegistry(): CommandRegistry {
  const registry = use(CommandContext);
  if (registry === null) throw new Error('Used outside <CommandProvider>');
  return registry;
}

/** Registers `commands` while the component is mounted (see `Command`). The newest closures are always the ones that run. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useCommandRegistry();
  const newest = useRef(commands);
  const lastShown = useRef('');
  useEffect(() => {
    newest.current = commands;
    // Buttons and menus elsewhere read labels and availability from here: they must hear when these change.
    const shown = commands.map((command) => `${command.id} ${isAvailable(command)} ${command.dynamicLabel?.() ?? ''}`).join('\n');
    if (shown !== lastShown.current) registry.announceChange();
    lastShown.current = shown;
  });
  const ids = commands.map((command) => command.id).join(' ');
  useEffect(() => registry.register(ids === '' ? [] : ids.split(' '), (id) => newest.current.find((command) => command.id === id)), [registry, ids]);
}

/** Every registered command; renders again when features come and go. */
export function useAllCommands(): readonly Command[] {
  const registry = useCommandRegistry();
  useSyncExternalStore(registry.onChange, registry.version);
  return registry.list();
}
