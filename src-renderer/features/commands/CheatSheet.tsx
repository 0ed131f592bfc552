import { Group, Modal, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KeymapPreset } from '#shared/contract/people.ts';
import { useSettings } from '../../api/queries.ts';
import { useChangeSettings } from '../../api/use-change-settings.ts';
import { useAllCommands } from '../../app/commands/command-context.tsx';
import { commandGroups, shortcutsIn, type Command } from '../../app/commands/command.ts';
import { ShortcutKeys } from '../../components/ShortcutKeys.tsx';
import classes from './Commands.module.css';

/** All keys of what is on screen, in the chosen keymap. */
export function CheatSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const preset = useSettings().data?.keymap ?? 'studio';
  const changeSettings = useChangeSettings();
  const [text, setText] = useState('');
  const commands = useAllCommands().filter(
    (command) => shortcutsIn(command, preset).length > 0 && t(command.label).toLowerCase().includes(text.trim().toLowerCase()),
  );
  return (
    <Modal opened onClose={onClose} title={t('cheatSheet.title')} size={960} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Group justify="space-between" mb="lg">
        <TextInput
          w={280}
          data-autofocus
          aria-label={t('cheatSheet.filter')}
          placeholder={t('cheatSheet.filter')}
          leftSection={<IconSearch size={15} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t('settings.keymap.label')}
          value={preset}
          onChange={(keymap) => changeSettings({ keymap: KeymapPreset.parse(keymap) })}
          data={KeymapPreset.options.map((keymap) => ({ value: keymap, label: t(`settings.keymap.${keymap}`) }))}
        />
      </Group>
      {commands.length === 0 && <Text c="dimmed">{t('palette.nothing')}</Text>}
      <div className={classes.sheet}>
        {commandGroups.map((group) => {
          const members = commands.filter((command) => command.group === group);
          return members.length > 0 && <SheetGroup key={group} title={t(`commands.groups.${group}`)} commands={members} preset={preset} />;
        })}
      </div>
    </Modal>
  );
}

interface SheetGroupProps {
  readonly title: string;
  readonly commands: readonly Command[];
  readonly preset: Parameters<typeof shortcutsIn>[1];
}

function SheetGroup({ title, commands, preset }: SheetGroupProps) {
  const { t } = useTranslation();
  return (
    <section className={classes.sheetGroup}>
      <h3 className={classes.sheetTitle}>{title}</h3>
      <dl className={classes.sheetList}>
        {commands.map((command) => (
          <div className={classes.sheetRow} key={command.id}>
            <dt>{t(command.label)}</dt>
            <dd>
              {shortcutsIn(command, preset).map((shortcut) => (
                <ShortcutKeys key={shortcut} shortcut={shortcut} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
