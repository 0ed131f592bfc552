import { RingProgress, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useJobs } from '../../api/queries.ts';
import { formatPercent } from '../../components/format.ts';
import { summariseQueue } from '../../api/job-groups.ts';
import { useUi } from '../ui-context.tsx';
import classes from './Shell.module.css';

/** How busy the studio is, at a glance; opens the queue. */
export function QueueButton() {
  const { t } = useTranslation();
  const queue = useJobs(summariseQueue).data;
  const isOpen = useUi((ui) => ui.isQueueOpen);
  const setOpen = useUi((ui) => ui.setQueueOpen);
  const active = queue?.activeCount ?? 0;
  const failed = queue?.failedCount ?? 0;
  const label = active > 0 ? t('shell.queueBusy', { count: active, percent: formatPercent(queue?.fraction ?? 0) }) : t('shell.queueIdle');
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
          <RingProgress size={20} thickness={3} sections={[{ value: (queue?.fraction ?? 0) * 100, color: 'iris' }]} aria-hidden />
        ) : (
          <IconListCheck size={18} stroke={1.7} aria-hidden />
        )}
        <span>{active > 0 ? t('shell.queueCount', { count: active }) : t('jobs.title')}</span>
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
