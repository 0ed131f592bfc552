import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSettings } from '../../api/queries.ts';
import { ShortcutKeys } from '../../components/ShortcutKeys.tsx';
import iconUrl from '../../icon.svg';
import { useAllCommands, useCommandRegistry } from '../commands/command-context.tsx';
import { commandGroups, isAvailable, shortcutsIn, type Command } from '../commands/command.ts';
import classes from './Shell.module.css';

/** The menu of the whole studio, made from the command table. */
export function AppMenu() {
  const { t } = useTranslation();
  const commands = useAllCommands().filter((command) => command.isKeyOnly !== true);
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <UnstyledButton className={classes.appButton} aria-label={t('shell.menu')}>
          <img src={iconUrl} alt="" />
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {commandGroups.map((group) => {
          const members = commands.filter((command) => command.group === group);
          return (
            members.length > 0 && (
              <Menu.Sub key={group} openDelay={80} closeDelay={180}>
                <Menu.Sub.Target>
                  <Menu.Sub.Item>{t(`commands.groups.${group}`)}</Menu.Sub.Item>
                </Menu.Sub.Target>
                <Menu.Sub.Dropdown mah="80vh" style={{ overflowY: 'auto' }}>
                  {members.map((command) => (
                    <CommandItem key={command.id} command={command} />
                  ))}
                </Menu.Sub.Dropdown>
              </Menu.Sub>
            )
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function CommandItem({ command }: { readonly command: Command }) {
  const { t } = useTranslation();
  const registry = useCommandRegistry();
  const preset = useSettings().data?.keymap ?? 'studio';
  const [shortcut] = shortcutsIn(command, preset);
  return (
    <Menu.Item
      disabled={!isAvailable(command)}
      title={command.refusal}
      onClick={() => registry.run(command.id)}
      rightSection={shortcut !== undefined && <ShortcutKeys shortcut={shortcut} />}
    >
      {command.dynamicLabel?.() ?? t(command.label)}
    </Menu.Item>
  );
}
