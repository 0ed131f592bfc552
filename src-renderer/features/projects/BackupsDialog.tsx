import { Alert, Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '#shared/domain/project.ts';
import type { ProjectRef } from '#shared/domain/ids.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useBackups, useProject } from '../../api/queries.ts';
import { navigate } from '../../app/use-route.ts';
import { formatBytes } from '../../components/format.ts';
import { QueryState } from '../../components/QueryState.tsx';
import classes from './BackupsDialog.module.css';

interface BackupsDialogProps {
  readonly project: ProjectRef;
  readonly name: string;
  readonly onClose: () => void;
}

/** The backups of a project: what each holds, and putting one in the place of the project's file. */
export function BackupsDialog({ project, name, onClose }: BackupsDialogProps) {
  const { t } = useTranslation();
  const backups = useBackups(project);
  const current = useProject().data ?? null;
  const backUp = useCoreMutation('projects', 'backUp');
  const restore = useCoreMutation('projects', 'restore');
  const [chosen, setChosen] = useState<Backup | null>(null);
  const canBackUp = current?.ref === project && current.readOnly === null;

  function restoreChosen(backupId: string): void {
    restore.mutate(
      { ref: project, backupId },
      {
        onSuccess: () => {
          navigate({ page: 'library' });
          onClose();
        },
      },
    );
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('start.backups.title', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text size="sm" c="dimmed">
            {t('start.backups.note')}
          </Text>
          {canBackUp && (
            <Button variant="default" flex="none" loading={backUp.isPending} onClick={() => backUp.mutate({})}>
              {t('start.backups.now')}
            </Button>
          )}
        </Group>
        {backups.data === undefined ? (
          <QueryState query={backups} />
        ) : backups.data.length === 0 ? (
          <Text size="sm">{t('start.backups.none')}</Text>
        ) : (
          <ul className={classes.list}>
            {backups.data.map((backup) => (
              <BackupRow key={backup.id} backup={backup} isChosen={chosen?.id === backup.id} onChoose={() => setChosen(backup)} />
            ))}
          </ul>
        )}
        {chosen !== null && (
          <Alert color="yellow" title={t('start.backups.confirmTitle', { when: whenOf(chosen) })}>
            <Stack gap="sm">
              <Text size="sm">{t('start.backups.confirm')}</Text>
              <Group gap="sm" justify="flex-end">
                <Button variant="default" onClick={() => setChosen(null)}>
                  {t('common.cancel')}
                </Button>
                <Button loading={restore.isPending} onClick={() => restoreChosen(chosen.id)}>
                  {t('start.backups.restore')}
                </Button>
              </Group>
            </Stack>
          </Alert>
        )}
      </Stack>
    </Modal>
  );
}

function BackupRow({ backup, isChosen, onChoose }: { readonly backup: Backup; readonly isChosen: boolean; readonly onChoose: () => void }) {
  const { t } = useTranslation();
  const { counts, isUnreadable } = backup;
  const holds =
    counts === null
      ? t(isUnreadable ? 'start.backups.unreadable' : 'start.backups.notCounted')
      : [
          t('start.backups.videos', { count: counts.videos }),
          t('start.backups.shots', { count: counts.shots }),
          t('start.backups.texts', { count: counts.texts }),
        ].join(' · ');
  return (
    <li className={classes.row} data-chosen={isChosen}>
      <div className={classes.main}>
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {whenOf(backup)}
          </Text>
          {backup.kind !== 'automatic' && (
            <Badge color="gray" size="sm">
              {t(`start.backups.kind.${backup.kind}`)}
            </Badge>
          )}
        </Group>
        <Text size="xs" c={isUnreadable ? 'var(--warn-text)' : 'dimmed'}>
          {holds} · {formatBytes(backup.sizeBytes)}
        </Text>
      </div>
      <Button
        variant="default"
        size="compact-sm"
        disabled={isUnreadable}
        onClick={onChoose}
        aria-label={t('start.backups.restoreNamed', { when: whenOf(backup) })}
      >
        {t('start.backups.restore')}
      </Button>
    </li>
  );
}

function whenOf({ createdAtMs }: Backup): string {
  return new Date(createdAtMs).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' });
}
