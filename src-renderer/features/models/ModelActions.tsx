import { ActionIcon, Button, Text, Tooltip } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconFlask, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelInfo } from '#shared/contract/views.ts';
import { summariserId } from '#shared/domain/summary-method.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { DownloadDialog } from './DownloadDialog.tsx';
import { triedRole } from './models-view.ts';
import classes from './ModelsPage.module.css';
import { TestRunDialog } from './TestRunDialog.tsx';

interface ModelActionsProps {
  readonly model: ModelInfo;
  readonly isDownloading: boolean;
  readonly isInUse: boolean;
}

/** What can be done with a model in the state that it is in. */
export function ModelActions({ model, isDownloading, isInUse }: ModelActionsProps) {
  const { t } = useTranslation();
  const ownersOnly = useOwnersOnly();
  const [dialog, setDialog] = useState<'download' | 'test' | null>(null);
  const close = (): void => setDialog(null);
  const canRun = model.state === 'installed';
  const testedRole = canRun ? triedRole(model) : null;
  const canDownload = model.delivery === 'hub' && !isDownloading && !canRun;
  return (
    <div className={classes.actions}>
      {canRun && (model.role === 'captioner' || model.role === 'transcriber' || model.role === 'writer') && !isInUse && (
        <UseButton model={model} role={model.role} />
      )}
      {testedRole !== null && (
        <Button variant="default" size="xs" leftSection={<IconFlask size={14} />} onClick={() => setDialog('test')}>
          {t('models.actions.test')}
        </Button>
      )}
      {canDownload && (
        <Button {...ownersOnly} size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={() => setDialog('download')}>
          {model.state === 'available' ? t('models.actions.download') : t('models.actions.again')}
        </Button>
      )}
      {model.canRemove && <RemoveButton model={model} isInUse={isInUse} />}
      {dialog === 'download' && <DownloadDialog model={model} onClose={close} />}
      {dialog === 'test' && testedRole !== null && <TestRunDialog model={model} role={testedRole} onClose={close} />}
    </div>
  );
}

/** What is set where a model is to be used. */
const choices = {
  captioner: (captionerId: string) => ({ captionerId }),
  transcriber: (transcriberId: string) => ({ transcriberId }),
  writer: (modelId: string) => ({ summariserId: summariserId('sum-text', modelId) }),
};

function UseButton({ model, role }: { readonly model: ModelInfo; readonly role: keyof typeof choices }) {
  const { t } = useTranslation();
  const update = useCoreMutation('settings', 'update');
  const ownersOnly = useOwnersOnly();
  const use = (): void =>
    update.mutate(choices[role](model.id), {
      onSuccess: () => notifications.show({ message: t(`models.nowInUse.${role}`, { name: model.title }) }),
    });
  return (
    <Button {...ownersOnly} variant="default" size="xs" loading={update.isPending} onClick={use}>
      {t(`models.actions.use.${role}`)}
    </Button>
  );
}

function RemoveButton({ model, isInUse }: { readonly model: ModelInfo; readonly isInUse: boolean }) {
  const { t } = useTranslation();
  const remove = useCoreMutation('models', 'remove');
  const ownersOnly = useOwnersOnly();
  const ask = (): void =>
    void modals.openConfirmModal({
      title: t('models.remove.title', { name: model.title }),
      children: (
        <>
          <Text size="sm">{model.delivery === 'folder' ? t('models.remove.folderText') : t('models.remove.text')}</Text>
          {isInUse && (
            <Text size="sm" mt="xs">
              {t(`models.remove.inUse.${model.role === 'transcriber' || model.role === 'writer' ? model.role : 'captioner'}`)}
            </Text>
          )}
        </>
      ),
      labels: { confirm: t('models.remove.confirm'), cancel: t('common.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => remove.mutate({ modelId: model.id }),
    });
  return (
    <Tooltip label={ownersOnly.title ?? t('models.actions.remove')}>
      <ActionIcon {...ownersOnly} aria-label={`${t('models.actions.remove')}: ${model.title}`} loading={remove.isPending} onClick={ask}>
        <IconTrash size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
