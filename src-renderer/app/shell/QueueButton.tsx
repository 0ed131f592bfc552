import { RingProgress, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useJobs, useModelDownloads } from '../../api/queries.ts';
import { receivedFraction, summariseQueue } from '../../api/job-groups.ts';
import { formatPercent } from '../../components/format.ts';
import { useUi } from '../ui-context.tsx';
import classes from './Shell.module.css';

/** How busy the studio is, at a glance; opens the queue. */
export function QueueButton() {
  const { t } = useTranslation();
  const queue = useJobs(summariseQueue).data;
  const isOpen = useUi((ui) => ui.isQueueOpen);
  const setOpen = useUi((ui) => ui.setQueueOpen);
  const downloads = (useModelDownloads().data ?? []).filter(({ state }) => state !== 'paused' && state !== 'failed');
  const jobCount = queue?.activeCount ?? 0;
  const active = jobCount + downloads.length;
  const fraction =
    active === 0
      ? 0
      : (jobCount * (queue?.fraction ?? 0) + downloads.reduce((sum, download) => sum + receivedFraction(download), 0)) / active;
  const failed = queue?.failedCount ?? 0;
  const label = active > 0 ? t('shell.queueBusy', { count: active, percent: formatPercent(fraction) }) : t('shell.queueIdle');
  return (
    <Tooltip label={label}>
      <UnstyledButton
        className={classes.queueButton}
        onClick={() => setOpen(!isOpen)}
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        data-testid="queue-button"
      >
        {active > 0 ? (
          <RingProgress size={20} thickness={3} sections={[{ value: fraction * 100, color: 'iris' }]} aria-hidden />
        ) : (
          <IconListCheck size={18} stroke={1.7} aria-hidden />
        )}
        <span>
          {active > 0 ? t(queue?.isMore === true ? 'shell.queueCountMore' : 'shell.queueCount', { count: active }) : t('jobs.title')}
        </span>
        {failed > 0 && (
          <span className={classes.queueFailed}>
            <span aria-hidden>{failed}</span>
            <VisuallyHidden>{t('shell.queueFailed', { count: failed })}</VisuallyHidden>
          </span>
        )}
      </UnstyledButton>
    </Tooltip>
  );
}
