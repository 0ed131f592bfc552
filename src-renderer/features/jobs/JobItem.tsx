import { Anchor, Progress, Text } from '@mantine/core';
import {
  IconBadgeCc,
  IconChartBar,
  IconCut,
  IconDatabaseImport,
  IconDownload,
  IconFileExport,
  IconFileText,
  IconFileUnknown,
  IconMicrophone,
  IconPhoto,
  IconScissors,
  IconTextScan2,
  type Icon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Job, JobKind } from '#shared/domain/job.ts';
import { errorCodeOf } from '../../api/describe-error.ts';
import { isBlocked } from '../../api/job-groups.ts';
import { routeHref } from '../../app/routes.ts';
import { ErrorText } from '../../components/ErrorText.tsx';
import { formatEta, formatPercent } from '../../components/format.ts';
import { JobActions } from './JobActions.tsx';
import { JobOutcome } from './JobOutcome.tsx';
import classes from './QueueDrawer.module.css';

const icons: Readonly<Record<JobKind, Icon>> = {
  import: IconDownload,
  thumbnails: IconPhoto,
  waveform: IconChartBar,
  detect: IconCut,
  'read-text': IconTextScan2,
  transcribe: IconMicrophone,
  caption: IconBadgeCc,
  summarise: IconFileText,
  export: IconFileExport,
  clips: IconScissors,
  'import-dataset': IconDatabaseImport,
  unreadable: IconFileUnknown,
};

interface JobItemProps {
  readonly job: Job;
  /** Later steps that were not started because this one failed. */
  readonly blockedCount: number;
}

export function JobItem({ job, blockedCount }: JobItemProps) {
  const KindIcon = icons[job.kind];
  return (
    <li className={classes.job} data-state={job.state}>
      <KindIcon size={18} stroke={1.6} className={classes.icon} aria-hidden />
      <div className={classes.jobMain}>
        <div className={classes.jobHead}>
          <JobTitle job={job} />
          <JobActions job={job} />
        </div>
        <JobState job={job} blockedCount={blockedCount} />
      </div>
    </li>
  );
}

function JobTitle({ job }: { readonly job: Job }) {
  if (job.videoId === null) return <span className={classes.jobTitle}>{job.title}</span>;
  return (
    <Anchor
      className={classes.jobTitle}
      c="var(--text)"
      href={routeHref({ page: 'editor', videoId: job.videoId, shotId: null })}
      title={job.title}
    >
      {job.title}
    </Anchor>
  );
}

function JobState({ job, blockedCount }: JobItemProps) {
  const { t } = useTranslation();
  switch (job.state) {
    case 'running':
    case 'paused': {
      const parts = [
        job.state === 'paused' ? t('jobs.state.paused') : null,
        formatPercent(job.fraction),
        job.state === 'running' && job.etaMs !== null ? t('jobs.left', { time: formatEta(job.etaMs) }) : null,
        job.attempts > 1 ? t('jobs.attempt', { count: job.attempts }) : null,
      ];
      return (
        <>
          <Progress value={job.fraction * 100} color={job.state === 'paused' ? 'gray' : 'iris'} aria-label={job.title} />
          <Text size="xs" c="dimmed">
            {parts.filter((part) => part !== null).join(' · ')}
          </Text>
          {job.state === 'paused' && job.error !== null && (
            <ErrorText isOfJob code={errorCodeOf(job.error.code)} message={job.error.message} />
          )}
        </>
      );
    }
    case 'queued':
      return (
        <Text size="xs" c="dimmed">
          {job.afterJobId === null ? t('jobs.state.queued') : t('jobs.state.waitsForStep')}
        </Text>
      );
    case 'failed':
      if (isBlocked(job)) {
        return (
          <Text size="xs" c="dimmed">
            {job.error?.message}
          </Text>
        );
      }
      return (
        <div className={classes.failure}>
          <ErrorText isOfJob code={errorCodeOf(job.error?.code ?? 'internal')} message={job.error?.message ?? ''} />
          <JobOutcome job={job} />
          {blockedCount > 0 && (
            <Text size="xs" c="dimmed" mt={4}>
              {t('jobs.blocked', { count: blockedCount })}
            </Text>
          )}
        </div>
      );
    case 'cancelled':
      return (
        <>
          <Text size="xs" c="dimmed">
            {t('jobs.state.cancelled')}
          </Text>
          <JobOutcome job={job} />
        </>
      );
    case 'done':
      return <JobOutcome job={job} />;
  }
}
