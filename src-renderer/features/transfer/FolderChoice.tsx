import { Button, Group, Text } from '@mantine/core';
import { IconFolder } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FileGrant } from '#shared/contract/host-api.ts';
import { useHost } from '../../api/core-context.tsx';
import { useFileChoice } from '../../api/file-choice.ts';
import { useShowError } from '../../api/use-show-error.ts';

/** Null: the place that the studio chooses. */
export type ChosenFolder = FileGrant | null;

interface FolderChoiceProps {
  readonly folder: ChosenFolder;
  readonly onChange: (folder: ChosenFolder) => void;
  readonly emptyLabel: string;
  /** Said in a browser, where there is no folder to choose. */
  readonly browserLabel: string;
}

/** Where to write. */
export function FolderChoice({ folder, onChange, emptyLabel, browserLabel }: FolderChoiceProps) {
  const { t } = useTranslation();
  const host = useHost();
  const { pick } = useFileChoice();
  const showError = useShowError();
  if (!host.canOpenLocalFiles) {
    return (
      <Text size="sm" c="dimmed">
        {browserLabel}
      </Text>
    );
  }
  async function choose(): Promise<void> {
    const [grant] = await pick('export-folder');
    if (grant !== undefined) onChange(grant);
  }
  return (
    <Group gap="sm" wrap="nowrap">
      <Button variant="default" leftSection={<IconFolder size={15} />} onClick={() => void choose().catch(showError)}>
        {t('transfer.export.chooseFolder')}
      </Button>
      <Text size="sm" c="dimmed" truncate>
        {folder?.name ?? emptyLabel}
      </Text>
    </Group>
  );
}
