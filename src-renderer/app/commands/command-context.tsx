import { createContext, use, useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { useEditRefusal } from '../../api/use-edit-refusal.ts';
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
  const refusal = useEditRefusal();
  const offered = refusal === null ? commands : commands.map((command) => refuse(command, refusal));
  const newest = useRef(offered);
  const lastShown = useRef('');
  useEffect(() => {
    newest.current = offered;
    // Buttons and menus elsewhere read labels and availability from here: they must be notified when these change.
    const shown = offered
      .map((command) => `${command.id} ${isAvailable(command)} ${command.refusal ?? ''} ${command.dynamicLabel?.() ?? ''}`)
      .join('\n');
    if (shown !== lastShown.current) registry.announceChange();
    lastShown.current = shown;
  });
  const ids = commands.map((command) => command.id).join(' ');
  useEffect(
    () => registry.register(ids === '' ? [] : ids.split(' '), (id) => newest.current.find((command) => command.id === id)),
    [registry, ids],
  );
}

/** Every registered command; renders again when features come and go. */
export function useAllCommands(): readonly Command[] {
  const registry = useCommandRegistry();
  useSyncExternalStore(registry.onChange, registry.version);
  return registry.list();
}

/** For a button or menu item that runs a command: spread over it, it does so, and is disabled while the command is not available. */
export function useCommandControl(id: string): { readonly disabled: boolean; readonly title?: string; readonly onClick: () => void } {
  const registry = useCommandRegistry();
  useSyncExternalStore(registry.onChange, registry.version);
  const command = registry.find(id);
  return {
    disabled: command === undefined || !isAvailable(command),
    ...(command?.refusal !== undefined && { title: command.refusal }),
    onClick: () => void registry.run(id),
  };
}

/** While the project can only be read, what would change it says so instead. */
function refuse(command: Command, refusal: string): Command {
  return command.changesProject === true ? { ...command, refusal, when: () => false } : command;
}
