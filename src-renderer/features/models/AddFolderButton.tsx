import { Button, Code, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFolderPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../api/core-context.tsx';
import { useCoreMutation } from '../../api/mutations.ts';
import { useModelFolder, useModels } from '../../api/queries.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { useShowError } from '../../api/use-show-error.ts';

/** A folder is chosen on the desktop; in a browser its place is entered instead, for the studio may run on another machine. */
export function AddFolderButton() {
  const { t } = useTranslation();
  const host = useHost();
  const showError = useShowError();
  const add = useCoreMutation('models', 'addFolder');
  const ownersOnly = useOwnersOnly();
  const [isHelpOpen, setHelpOpen] = useState(false);

  async function choose(): Promise<void> {
    const [folder] = await host.pick('model-folder');
    if (folder === undefined) return;
    add.mutate(
      { grantId: folder.grantId },
      { onSuccess: () => notifications.show({ message: t('models.addedFolder', { name: folder.name }) }) },
    );
  }

  return (
    <>
      <Button
        {...ownersOnly}
        variant="default"
        leftSection={<IconFolderPlus size={16} />}
        loading={add.isPending}
        onClick={() => (host.canOpenLocalFiles ? void choose().catch(showError) : setHelpOpen(true))}
      >
        {t('models.addFolder')}
      </Button>
      {isHelpOpen && <FolderHelp onClose={() => setHelpOpen(false)} />}
    </>
  );
}

function FolderHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const folder = useModelFolder().data;
  const { refetch, isFetching } = useModels();
  async function lookAgain(): Promise<void> {
    await refetch();
    onClose();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('models.browserFolder.title')}
      size={560}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        <Text size="sm">{t('models.browserFolder.text', { folder: folder?.displayPath ?? 'models' })}</Text>
        <Code block>{t('models.browserFolder.command')}</Code>
        <Text size="sm" c="dimmed">
          {t('models.browserFolder.layout')}
        </Text>
        <Button w="fit-content" loading={isFetching} onClick={() => void lookAgain()}>
          {t('models.browserFolder.look')}
        </Button>
      </Stack>
    </Modal>
  );
}
