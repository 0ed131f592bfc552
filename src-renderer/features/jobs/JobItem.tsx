import { ActionIcon, Anchor, Badge, Button, Progress, Spoiler, Text, Tooltip } from '@mantine/core';
import {
  IconBadgeCc, IconChartBar, IconCut, IconDatabaseImport, IconDownload, IconFileExport, IconFileText, IconPhoto, IconPlayerPause, IconPlayerPlay, IconRefresh,
  IconScissors, IconX, type Icon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { Job, JobKind } from '#shared/domain/job.ts';
import { useHost } from '../../api/core-context.tsx';
import { isBlocked } from '../../api/job-groups.ts';
import { errorCodeOf } from '../../api/describe-error.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { routeHref } from '../../app/routes.ts';
import { ErrorText } from '../../components/ErrorText.tsx';
import { formatEta, formatPercent } from '../../components/format.ts';
import { useCounts } from '../../components/use-counts.ts';
import { outcomeOf } from '../../api/job-result.ts';
import classes from './QueueDrawer.module.css';

const icons: Readonly<Record<JobKind, Icon>> = {
  import: IconDownload,
  thumbnails: IconPhoto,
  waveform: IconChartBar,
  detect: IconCut,
  caption: IconBadgeCc,
  summarise: IconFileText,
  export: IconFileExport,
  clips: IconScissors,
  'import-dataset': IconDatabaseImport,
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
    <Anchor className={classes.jobTitle} c="var(--text)" href={routeHref({ page: 'editor', videoId: job.videoId, shotId: null })} title={job.title}>
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
          <ErrorText code={errorCodeOf(job.error?.code ?? 'internal')} message={job.error?.message ?? ''} />
          {blockedCount > 0 && (
            <Text size="xs" c="dimmed" mt={4}>
              {t('jobs.blocked', { count: blockedCount })}
            </Text>
          )}
        </div>
      );
    case 'cancelled':
      return (
        <Text size="xs" c="dimmed">
          {t('jobs.state.cancelled')}
        </Text>
      );
    case 'done':
      return <JobOutcome job={job} />;
  }
}

function JobOutcome({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const host = useHost();
  const showError = useShowError();
  const countWords = useCounts();
  const { files, problems, leftOutCount, folder, counts } = outcomeOf(job);
  const made = countWords(counts).join(' · ');
  return (
    <>
      {made !== '' && (
        <Text size="xs" c="dimmed">
          {made}
        </Text>
      )}
      {files.map((file) => (
        <Button
          key={file}
          variant="default"
          size="compact-xs"
          w="fit-content"
          leftSection={<IconDownload size={13} />}
          onClick={() => void host.revealExport(mediaUrls.exportFile(job.id, file)).catch(showError)}
        >
          {host.canOpenLocalFiles ? t('jobs.showFile', { file }) : t('jobs.downloadFile', { file })}
        </Button>
      ))}
      {files.length === 0 && folder !== null && (
        <Text size="xs" c="dimmed" truncate title={folder}>
          {folder}
        </Text>
      )}
      {leftOutCount > 0 && (
        <Badge color="yellow" w="fit-content">
          {t('jobs.leftOut', { count: leftOutCount })}
        </Badge>
      )}
      {problems.length > 0 && (
        <Spoiler maxHeight={56} showLabel={t('jobs.showProblems', { count: problems.length })} hideLabel={t('jobs.hideProblems')} classNames={{ control: classes.spoilerControl }}>
          <ul className={classes.problems}>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Spoiler>
      )}
    </>
  );
}

function JobActions({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const pause = useCoreMutation('jobs', 'pause');
  const resume = useCoreMutation('jobs', 'resume');
  const cancel = useCoreMutation('jobs', 'cancel');
  const retry = useCoreMutation('jobs', 'retry');
  const jobIds = [job.id];
  const isActive = job.state === 'running' || job.state === 'queued';
  return (
    <span className={classes.jobActions}>
      {isActive && <JobButton label={t('jobs.pause')} title={job.title} icon={<IconPlayerPause size={15} />} onClick={() => pause.mutate({ jobIds })} />}
      {job.state === 'paused' && <JobButton label={t('jobs.resume')} title={job.title} icon={<IconPlayerPlay size={15} />} onClick={() => resume.mutate({ jobIds })} />}
      {(isActive || job.state === 'paused') && <JobButton label={t('jobs.cancel')} title={job.title} icon={<IconX size={15} />} onClick={() => cancel.mutate({ jobIds })} />}
      {(job.state === 'failed' || job.state === 'cancelled') && (
        <JobButton label={t('common.retry')} title={job.title} icon={<IconRefresh size={15} />} onClick={() => retry.mutate({ jobIds })} />
      )}
    </span>
  );
}

interface JobButtonProps {
  readonly label: string;
  readonly title: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
}

function JobButton({ label, title, icon, onClick }: JobButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={24} aria-label={`${label}: ${title}`} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
