import { Button, Center, EmptyState } from '@mantine/core';
import { IconDatabaseImport, IconFilterOff, IconFolder, IconMovie } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCommandControl } from '../../app/commands/command-context.tsx';

/** A new project: says what to do first. */
export function EmptyLibrary() {
  const { t } = useTranslation();
  const add = useCommandControl('videos.add');
  const addFolder = useCommandControl('videos.addFolder');
  const importDataset = useCommandControl('transfer.import');
  return (
    <Center h="100%" p="xl">
      <EmptyState
        size="lg"
        variant="light"
        maw={560}
        icon={<IconMovie stroke={1.5} aria-hidden />}
        title={t('library.empty.title')}
        description={t('library.empty.text')}
      >
        <EmptyState.Actions>
          <Button leftSection={<IconMovie size={16} />} {...add}>
            {t('commands.importVideos')}
          </Button>
          <Button variant="default" leftSection={<IconFolder size={16} />} {...addFolder}>
            {t('commands.importFolder')}
          </Button>
          <Button variant="default" leftSection={<IconDatabaseImport size={16} />} {...importDataset}>
            {t('commands.importDataset')}
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </Center>
  );
}

/** Nothing passes the filter. */
export function NothingFound({ onReset }: { readonly onReset: () => void }) {
  const { t } = useTranslation();
  return (
    <Center flex={1} p="xl">
      <EmptyState
        icon={<IconFilterOff stroke={1.5} aria-hidden />}
        title={t('library.nothingFound.title')}
        description={t('library.nothingFound.text')}
      >
        <EmptyState.Actions>
          <Button variant="default" onClick={onReset}>
            {t('library.nothingFound.reset')}
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </Center>
  );
}
