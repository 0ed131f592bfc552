import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import { errorCodeOf } from '../../api/describe-error.ts';
import { isBlocked } from '../../api/job-groups.ts';
import { ErrorText } from '../../components/ErrorText.tsx';
import { useWording } from '../../i18n/use-wording.ts';
import { JobOutcome } from './JobOutcome.tsx';
import { JobBar } from './JobBar.tsx';
import { useJobProgress } from './use-job-progress.ts';
import classes from './JobView.module.css';

interface JobViewProps {
  readonly job: Job;
  /** Later steps that were not started because this one failed. */
  readonly blockedCount?: number;
}

/** What a job is doing and how long it will take, or why it stopped, and what it made. */
export function JobView({ job, blockedCount = 0 }: JobViewProps) {
  const { t } = useTranslation();
  const progress = useJobProgress();
  const worded = useWording();
  switch (job.state) {
    case 'running':
    case 'paused':
      return (
        <>
          <JobBar job={job} />
          <Dimmed>{progress(job)}</Dimmed>
          {job.state === 'paused' && job.error !== null && <ErrorText isOfJob {...job.error} code={errorCodeOf(job.error.code)} />}
        </>
      );
    case 'queued':
      return <Dimmed>{progress(job)}</Dimmed>;
    case 'failed':
      if (isBlocked(job)) return <Dimmed>{job.error === null ? undefined : worded(job.error)}</Dimmed>;
      return (
        <div className={classes.failure}>
          <ErrorText isOfJob message="" {...job.error} code={errorCodeOf(job.error?.code ?? 'internal')} />
          <JobOutcome job={job} />
          {blockedCount > 0 && <Dimmed>{t('jobs.blocked', { count: blockedCount })}</Dimmed>}
        </div>
      );
    case 'cancelled':
      return (
        <>
          <Dimmed>{job.error === null ? t('jobs.state.cancelled') : worded(job.error)}</Dimmed>
          <JobOutcome job={job} />
        </>
      );
    case 'done':
      return <JobOutcome job={job} />;
  }
}

function Dimmed({ children }: { readonly children: string | undefined }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}
