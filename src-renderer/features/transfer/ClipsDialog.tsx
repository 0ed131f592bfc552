import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useHasAllVideos, useVideos } from '../../api/queries.ts';
import { FolderChoice, type ChosenFolder } from './FolderChoice.tsx';
import { JobDialog } from './JobDialog.tsx';

interface ClipsDialogProps {
  /** Null: every video of the project that has shots. */
  readonly videoIds: readonly VideoId[] | null;
  readonly onClose: () => void;
}

const modes = ['exact', 'copy'] as const;
type ClipMode = (typeof modes)[number];

/** One video file per shot. */
export function ClipsDialog({ videoIds, onClose }: ClipsDialogProps) {
  const { t } = useTranslation();
  return (
    <JobDialog title={t('transfer.clips.title')} onClose={onClose}>
      {(onStart) => <ClipsForm videoIds={videoIds} onStart={onStart} onClose={onClose} />}
    </JobDialog>
  );
}

function ClipsForm({ videoIds, onStart, onClose }: ClipsDialogProps & { readonly onStart: (jobId: JobId) => void }) {
  const { t } = useTranslation();
  const enqueue = useCoreMutation('jobs', 'enqueue');
  const [mode, setMode] = useState<ClipMode>('exact');
  const [folder, setFolder] = useState<ChosenFolder>(null);
  const hasAll = useHasAllVideos();
  const videos = (useVideos().data ?? []).filter(
    (video) => video.state === 'ok' && video.shotCount > 0 && (videoIds?.includes(video.id) ?? true),
  );
  const shotCount = videos.reduce((sum, video) => sum + video.shotCount, 0);

  function start(): void {
    const request = {
      kind: 'clips',
      videoIds: videos.map(({ id }) => id),
      mode,
      ...(folder !== null && { folderGrantId: folder.grantId }),
    } as const;
    enqueue.mutate({ requests: [request] }, { onSuccess: ([jobId]) => jobId !== undefined && onStart(jobId) });
  }

  return (
    <Stack gap="md">
      <Text>
        {shotCount === 0
          ? t('transfer.clips.nothing')
          : t('transfer.clips.from', { count: videos.length, clips: t('transfer.clips.clips', { count: shotCount }) })}
      </Text>
      <Radio.Group label={t('transfer.clips.mode')} value={mode} onChange={(value) => setMode(value as ClipMode)}>
        <Stack gap="sm" mt="xs">
          {modes.map((value) => (
            <Radio
              key={value}
              value={value}
              size="xs"
              label={t(`transfer.clips.${value}.label`)}
              description={t(`transfer.clips.${value}.text`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="xs" c="dimmed">
        {t('transfer.clips.note')}
      </Text>
      <FolderChoice
        folder={folder}
        onChange={setFolder}
        emptyLabel={t('transfer.clips.ownFolder')}
        browserLabel={t('transfer.clips.onServer')}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button onClick={start} disabled={shotCount === 0 || !hasAll} loading={enqueue.isPending} data-autofocus>
          {t('transfer.clips.start')}
        </Button>
      </Group>
    </Stack>
  );
}
