import { Anchor, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useModelDownloads } from '../../api/queries.ts';
import { routeHref } from '../../app/routes.ts';
import { DownloadProgress } from './DownloadProgress.tsx';
import classes from './ModelsPage.module.css';

/** Downloads stand in the queue as well: they go on whatever project is open. */
export function QueueDownloads() {
  const { t } = useTranslation();
  const downloads = useModelDownloads().data ?? [];
  if (downloads.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby="queue-downloads">
      <Title order={2} size="13px" c="dimmed" id="queue-downloads">
        {t('models.queue.title')}
      </Title>
      {downloads.map((download) => (
        <div key={download.modelId} className={classes.queueDownloads}>
          <Anchor size="sm" c="var(--text)" href={routeHref({ page: 'models' })}>
            {download.title}
          </Anchor>
          <DownloadProgress download={download} />
        </div>
      ))}
    </section>
  );
}
