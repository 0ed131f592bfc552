import { Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSettings } from '../../api/queries.ts';
import { useAllCommands, useCommandRegistry } from '../../app/commands/command-context.tsx';
import { commandGroups, isAvailable, shortcutsIn } from '../../app/commands/command.ts';
import { AT_ONCE } from '../../styles/theme.ts';
import { ShortcutKeys } from '../../components/ShortcutKeys.tsx';
import classes from './Commands.module.css';

/** Finds any command by its name. */
export function CommandPalette() {
  const { t } = useTranslation();
  const registry = useCommandRegistry();
  const preset = useSettings().data?.keymap ?? 'studio';
  const available = useAllCommands().filter((command) => command.isKeyOnly !== true && isAvailable(command));
  const groups = commandGroups
    .map((group) => ({
      group: t(`commands.groups.${group}`),
      actions: available
        .filter((command) => command.group === group)
        .map((command) => {
          const [shortcut] = shortcutsIn(command, preset);
          return {
            id: command.id,
            label: command.dynamicLabel?.() ?? t(command.label),
            keywords: t(`commands.groups.${group}`),
            rightSection: shortcut === undefined ? null : <ShortcutKeys shortcut={shortcut} />,
            onClick: () => registry.run(command.id),
          };
        }),
    }))
    .filter(({ actions }) => actions.length > 0);
  return (
    <Spotlight
      actions={groups}
      // The keyboard belongs to the command table.
      shortcut={null}
      nothingFound={t('palette.nothing')}
      searchProps={{ leftSection: <IconSearch size={17} />, placeholder: t('palette.placeholder'), 'aria-label': t('palette.placeholder') }}
      size={580}
      attributes={{ content: { 'aria-label': t('palette.placeholder') } }}
      centered={false}
      overlayProps={{ backgroundOpacity: 0.45, blur: 0 }}
      transitionProps={AT_ONCE}
      scrollable
      maxHeight={420}
      classNames={{ action: classes.action, actionsGroup: classes.paletteGroup }}
    />
  );
}
