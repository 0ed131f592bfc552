import { ActionIcon, Group, Tooltip, type ActionIconProps } from '@mantine/core';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useSettings } from '../api/queries.ts';
import { isAvailable, shortcutsIn } from '../app/commands/command.ts';
import { useCommandRegistry } from '../app/commands/command-context.tsx';
import { ShortcutKeys } from '../components/ShortcutKeys.tsx';
import classes from './command-button.module.css';
import { useEditorSession } from './editor-context.tsx';

/** Name, first key and availability of a command, fresh with each change of the editor's state. */
export function useCommandFace(id: string) {
  const registry = useCommandRegistry();
  const { store } = useEditorSession();
  const { t } = useTranslation();
  const preset = useSettings().data?.keymap ?? 'studio';
  useSyncExternalStore(registry.onChange, registry.version);
  const command = registry.find(id);
  const isEnabled = useStore(store, () => command !== undefined && isAvailable(command));
  return {
    label: command === undefined ? '' : (command.dynamicLabel?.() ?? t(command.label)),
    shortcut: command === undefined ? undefined : shortcutsIn(command, preset)[0],
    isEnabled,
    refusal: command?.refusal,
    run: () => void registry.run(id),
  };
}

interface CommandNameProps {
  readonly label: string;
  readonly shortcut: string | undefined;
  readonly refusal?: string | undefined;
}

/** A command's name and keys, as tooltips and menus show them; in a tooltip also why it is not available. */
export function CommandName({ label, shortcut, refusal }: CommandNameProps) {
  return (
    <>
      <Group gap={10} component="span" justify="space-between" wrap="nowrap">
        {label}
        {shortcut !== undefined && <ShortcutKeys shortcut={shortcut} />}
      </Group>
      {refusal !== undefined && <span className={classes.refusal}>{refusal}</span>}
    </>
  );
}

interface CommandButtonProps extends Pick<ActionIconProps, 'size' | 'variant' | 'color'> {
  readonly command: string;
  readonly icon: ReactNode;
  /** For commands that switch something: whether it is on. */
  readonly isOn?: boolean;
}

/** A button of the command table: its name and keys stand in the tooltip. */
export function CommandButton({ command, icon, isOn, ...look }: CommandButtonProps) {
  const { label, shortcut, isEnabled, refusal, run } = useCommandFace(command);
  return (
    <Tooltip label={<CommandName label={label} shortcut={shortcut} refusal={refusal} />}>
      <ActionIcon
        {...look}
        {...(isOn === true && { variant: 'light', color: 'iris' })}
        aria-label={label}
        {...(isOn !== undefined && { 'aria-pressed': isOn })}
        aria-disabled={!isEnabled}
        className={classes.button ?? ''}
        data-command={command}
        onClick={run}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
