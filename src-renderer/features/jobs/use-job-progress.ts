import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import { formatEta, formatPercent } from '../../components/format.ts';

/** How far a job is, in one line: `40% · about 2 min left`, `Paused · 40%`, `Waiting for its turn`. */
export function useJobProgress(): (job: Job) => string {
  const { t } = useTranslation();
  return (job) => {
    if (job.state === 'queued') return t(job.afterJobId === null ? 'jobs.state.queued' : 'jobs.state.waitsForStep');
    const isRunning = job.state === 'running';
    return [
      ...(isRunning ? [] : [t('jobs.state.paused')]),
      formatPercent(job.fraction),
      ...(isRunning && job.etaMs !== null ? [t('jobs.left', { time: formatEta(job.etaMs) })] : []),
      ...(job.attempts > 1 ? [t('jobs.attempt', { count: job.attempts })] : []),
    ].join(' · ');
  };
}
