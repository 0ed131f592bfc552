import { Progress, Text } from '@mantine/core';
import { IconPlayerPlay, IconTrash, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModelDownload } from '#shared/contract/views.ts';
import { receivedFraction } from '../../api/job-groups.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { ErrorText } from '../../components/ErrorText.tsx';
import { formatBytes, formatEta, formatPercent } from '../../components/format.ts';
import { IconAction } from '../../components/IconAction.tsx';
import classes from './ModelsPage.module.css';

/** How far a download is, what went wrong, and what can be done about it. */
export function DownloadProgress({ download }: { readonly download: ModelDownload }) {
  const fraction = receivedFraction(download);
  const isStopped = download.state === 'paused' || download.state === 'failed';
  return (
    <div className={classes.download}>
      <div className={classes.downloadBar}>
        <Progress
          value={fraction * 100}
          color={isStopped ? 'gray' : 'iris'}
          animated={download.state === 'listing'}
          aria-label={download.title}
        />
        <DownloadActions download={download} isStopped={isStopped} />
      </div>
      <Text size="xs" c="dimmed">
        {useProgressParts(download, fraction).join(' · ')}
      </Text>
      {download.error !== null && (
        <div className={classes.downloadError} role="alert">
          <ErrorText {...download.error} />
        </div>
      )}
    </div>
  );
}

function useProgressParts(download: ModelDownload, fraction: number): string[] {
  const { t } = useTranslation();
  const { state, receivedBytes, totalBytes, bytesPerSecond, etaMs } = download;
  const stateText = t(`models.download.state.${state}`);
  if (totalBytes === null) return [stateText];
  const isMoving = state === 'downloading';
  return [
    stateText,
    formatPercent(fraction),
    t('models.download.progress', { received: formatBytes(receivedBytes), total: formatBytes(totalBytes) }),
    ...(isMoving && bytesPerSecond !== null ? [t('models.download.speed', { speed: formatBytes(bytesPerSecond) })] : []),
    ...(isMoving && etaMs !== null ? [t('models.download.left', { time: formatEta(etaMs) })] : []),
  ];
}

function DownloadActions({ download, isStopped }: { readonly download: ModelDownload; readonly isStopped: boolean }) {
  const { t } = useTranslation();
  const { modelId, variantId, title } = download;
  const refusal = useOwnersOnly().title;
  const cancel = useCoreMutation('models', 'cancelDownload');
  const discard = useCoreMutation('models', 'discardDownload');
  const resume = useCoreMutation('models', 'download');
  if (!isStopped)
    return (
      <IconAction
        label={t('models.download.cancel')}
        refusal={refusal}
        title={title}
        icon={<IconX size={15} />}
        onClick={() => cancel.mutate({ modelId })}
      />
    );
  return (
    <>
      <IconAction
        label={t('models.download.resume')}
        refusal={refusal}
        title={title}
        icon={<IconPlayerPlay size={15} />}
        // The licence was confirmed when it was begun.
        onClick={() => resume.mutate({ modelId, variantId, acceptsLicence: true })}
      />
      <IconAction
        label={t('models.download.discard')}
        refusal={refusal}
        title={title}
        icon={<IconTrash size={15} />}
        onClick={() => discard.mutate({ modelId })}
      />
    </>
  );
}
