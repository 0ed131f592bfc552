import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '#shared/domain/ids.ts';
import { useHost } from '../../api/core-context.tsx';
import { useCoreMutation } from '../../api/mutations.ts';
import { useProject, useVideos } from '../../api/queries.ts';
import { formatBytes } from '../../components/format.ts';
import { FolderChoice, type ChosenFolder } from './FolderChoice.tsx';
import { JobDialog } from './JobDialog.tsx';

interface ArchiveDialogProps {
  readonly onClose: () => void;
}

/** A copy of the project that can be moved to another computer. */
export function ArchiveDialog({ onClose }: ArchiveDialogProps) {
  const { t } = useTranslation();
  return (
    <JobDialog title={t('transfer.archive.title')} onClose={onClose}>
      {(onStart) => <ArchiveForm onStart={onStart} onClose={onClose} />}
    </JobDialog>
  );
}

function ArchiveForm({ onStart, onClose }: ArchiveDialogProps & { readonly onStart: (jobId: JobId) => void }) {
  const { t, i18n } = useTranslation();
  const enqueue = useCoreMutation('jobs', 'enqueue');
  const [withVideos, setWithVideos] = useState(true);
  const host = useHost();
  const [asZip, setAsZip] = useState(false);
  const [folder, setFolder] = useState<ChosenFolder>(null);
  const name = useProject().data?.name ?? '';
  const files = (useVideos().data ?? []).filter(({ state, probe }) => state === 'ok' && probe !== null);
  const totalBytes = files.reduce((sum, { probe }) => sum + (probe?.sizeBytes ?? 0), 0);
  const isWithVideos = withVideos && files.length > 0;

  function start(): void {
    // Through a browser it comes as one file, or not at all.
    const isZip = asZip || !host.canOpenLocalFiles;
    const request = {
      kind: 'archive',
      withVideos: isWithVideos,
      isZip,
      ...(folder !== null && { folderGrantId: folder.grantId }),
    } as const;
    enqueue.mutate({ requests: [request] }, { onSuccess: ([jobId]) => jobId !== undefined && onStart(jobId) });
  }

  return (
    <Stack gap="md">
      <Text>{t('transfer.archive.text', { name })}</Text>
      <Checkbox
        checked={isWithVideos}
        onChange={(event) => setWithVideos(event.currentTarget.checked)}
        disabled={files.length === 0}
        label={t('transfer.archive.withVideos')}
        description={
          isWithVideos
            ? t('transfer.archive.withVideosText', { count: files.length, size: formatBytes(totalBytes, i18n.language) })
            : t('transfer.archive.withoutVideosText')
        }
      />
      {host.canOpenLocalFiles && (
        <Checkbox
          checked={asZip}
          onChange={(event) => setAsZip(event.currentTarget.checked)}
          label={t('transfer.archive.asZip')}
          description={t('transfer.archive.asZipText')}
        />
      )}
      <FolderChoice
        folder={folder}
        onChange={setFolder}
        emptyLabel={t('transfer.archive.ownFolder')}
        browserLabel={t('transfer.archive.onServer')}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button onClick={start} loading={enqueue.isPending} data-autofocus>
          {t('transfer.archive.start')}
        </Button>
      </Group>
    </Stack>
  );
}
