import type { z } from 'zod';
import type { KeymapPreset as KeymapPresetSchema } from '#shared/contract/people.ts';
import type { MessageKey } from '../../i18n/i18n.ts';

export type KeymapPreset = z.infer<typeof KeymapPresetSchema>;

/** Where a command stands in menus, palette and cheat sheet, in this order. */
export const commandGroups = ['file', 'edit', 'view', 'playback', 'shots', 'captions', 'queue', 'help'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** The same keys in every preset, or keys per preset; a preset that is not named has those of `studio`. */
export type Shortcuts =
  | readonly string[]
  | (Readonly<Partial<Record<KeymapPreset, readonly string[]>>> & { readonly studio: readonly string[] });

/**
 * One thing that a person can do. Menus, shortcuts, palette and cheat sheet all read this table; nothing else listens to keys.
 *
 * A feature registers its commands while its component is mounted:
 *
 *     useCommands([
 *       { id: 'shots.split', label: 'editor.commands.split', group: 'shots', shortcuts: ['S', 'B'], when: () => canSplit, run: split },
 *     ]);
 *
 * `when` and `run` are called with the newest closures, so they need not be memoised.
 */
export interface Command {
  /** `area.verb`, unique; what `HostApi.onCommand` and native menus name it by. */
  readonly id: string;
  /** Key of the text, e.g. 'commands.undo'. */
  readonly label: MessageKey;
  /** Text in place of `label` where it depends on the state, e.g. "Undo “Split shot”". */
  readonly dynamicLabel?: () => string;
  readonly group: CommandGroup;
  /** As in `shortcut.ts`: `Mod+Shift+Z`, `S`, `ArrowLeft`. Empty: palette and menus only. */
  readonly shortcuts: Shortcuts;
  /** Runs also while a text box or a dialog has the focus; keys that type stay dead there all the same. */
  readonly worksWhileTyping?: boolean;
  /** Holding the key down runs it again and again (frame steps). */
  readonly repeats?: boolean;
  /** Not in palette and menus: a variant that only makes sense as a key. */
  readonly isKeyOnly?: boolean;
  /** Changes the project: not available while that can only be read. `useCommands` sees to it. */
  readonly changesProject?: boolean;
  /** Why it is not available to anybody now; set by `useCommands`. */
  readonly refusal?: string;
  /** False: greyed out in menus, absent from the palette, its keys do nothing. Default: always. */
  readonly when?: () => boolean;
  readonly run: () => void;
}

export function shortcutsIn(command: Pick<Command, 'shortcuts'>, preset: KeymapPreset): readonly string[] {
  const { shortcuts } = command;
  return isPerPreset(shortcuts) ? (shortcuts[preset] ?? shortcuts.studio) : shortcuts;
}

function isPerPreset(shortcuts: Shortcuts): shortcuts is Exclude<Shortcuts, readonly string[]> {
  return !Array.isArray(shortcuts);
}

export function isAvailable(command: Pick<Command, 'when'>): boolean {
  return command.when?.() ?? true;
}
