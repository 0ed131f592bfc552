import { Alert, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { useHost } from '../../api/core-context.tsx';
import { errorCodeOf } from '../../api/describe-error.ts';
import { offeredFiles, outcomeOf } from '../../api/job-result.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useJobs } from '../../api/queries.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { ErrorText } from '../../components/ErrorText.tsx';
import { useCounts } from '../../components/use-counts.ts';
import { formatEta, formatPercent } from '../../components/format.ts';
import classes from './Transfer.module.css';

interface JobProgressProps {
  readonly jobId: JobId;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

/** The job that a dialog started, in place of its form: progress, then what came of it. Closing does not stop it. */
export function JobProgress({ jobId, onBack, onClose }: JobProgressProps) {
  const { t } = useTranslation();
  const job = useJobs((jobs) => jobs.find(({ id }) => id === jobId)).data;
  const cancel = useCoreMutation('jobs', 'cancel');
  const isOver = job?.state === 'done' || job?.state === 'failed' || job?.state === 'cancelled';
  return (
    <Stack gap="lg" className={classes.progress}>
      <output className={classes.progressBody}>
        <JobPhase job={job} />
      </output>
      <Group justify="flex-end" gap="sm">
        {isOver ? (
          <Button variant="default" onClick={onBack}>
            {t('transfer.back')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => cancel.mutate({ jobIds: [jobId] })}>
            {t('jobs.cancel')}
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          {isOver ? t('common.close') : t('transfer.runInBackground')}
        </Button>
      </Group>
    </Stack>
  );
}

function JobPhase({ job }: { readonly job: Job | undefined }) {
  const { t } = useTranslation();
  switch (job?.state) {
    case undefined:
    case 'queued':
      return <Phase title={job?.title ?? t('common.loading')} text={t('jobs.state.queued')} fraction={0} />;
    case 'running':
      return (
        <Phase
          title={job.title}
          text={[formatPercent(job.fraction), ...(job.etaMs === null ? [] : [t('jobs.left', { time: formatEta(job.etaMs) })])].join(' · ')}
          fraction={job.fraction}
        />
      );
    case 'paused':
      return (
        <Stack gap="md">
          <Phase title={job.title} text={t('jobs.state.paused')} fraction={job.fraction} />
          {job.error !== null && <ErrorText isOfJob code={errorCodeOf(job.error.code)} message={job.error.message} />}
        </Stack>
      );
    case 'cancelled':
      return (
        <Stack gap="md">
          <Phase title={job.title} text={t('jobs.state.cancelled')} fraction={job.fraction} />
          <PartialOutcome job={job} />
        </Stack>
      );
    case 'failed': {
      const code = errorCodeOf(job.error?.code ?? 'internal');
      return (
        <Stack gap="md">
          <Alert color="red" icon={<IconAlertTriangle />} title={t('transfer.stopped', { title: job.title })}>
            <ErrorText isOfJob code={code} message={job.error?.message ?? ''} />
          </Alert>
          <PartialOutcome job={job} />
        </Stack>
      );
    }
    case 'done':
      return <Outcome job={job} />;
  }
}

function Phase({ title, text, fraction }: { readonly title: string; readonly text: string; readonly fraction: number }) {
  return (
    <Stack gap="xs">
      <Title order={3}>{title}</Title>
      <Progress value={fraction * 100} size="md" aria-label={title} />
      <Text size="sm" c="dimmed">
        {text}
      </Text>
    </Stack>
  );
}

function Outcome({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const host = useHost();
  const showError = useShowError();
  const countWords = useCounts();
  const outcome = outcomeOf(job);
  const { folder, counts, problems, leftOutCount } = outcome;
  const files = offeredFiles(outcome, host.canOpenLocalFiles);
  const facts = [...countWords(counts), ...(leftOutCount > 0 ? [t('jobs.leftOut', { count: leftOutCount })] : [])];
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <IconCircleCheck size={26} color="var(--ok)" aria-hidden />
        <div>
          <Title order={3}>{t('transfer.done', { title: job.title })}</Title>
          <Text size="sm" c="dimmed">
            {facts.join(' · ')}
          </Text>
          {folder !== null && host.canOpenLocalFiles && (
            <Text size="xs" c="dimmed">
              {folder}
            </Text>
          )}
        </div>
      </Group>
      <Group gap="sm">
        {files.map((file) => (
          <Button
            key={file}
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() => void host.revealExport(mediaUrls.exportFile(job.id, file)).catch(showError)}
          >
            {host.canOpenLocalFiles ? t('jobs.showFile', { file }) : t('jobs.downloadFile', { file })}
          </Button>
        ))}
      </Group>
      <Problems problems={problems} />
    </Stack>
  );
}

/** What a job had made when it failed or was cancelled; nothing where it does not tell. */
function PartialOutcome({ job }: { readonly job: Job }) {
  const countWords = useCounts();
  const { counts, problems } = outcomeOf(job);
  const facts = countWords(counts).join(' · ');
  return (
    <>
      {facts !== '' && (
        <Text size="sm" c="dimmed">
          {facts}
        </Text>
      )}
      <Problems problems={problems} />
    </>
  );
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <Alert color="yellow" title={t('transfer.problems', { count: problems.length })}>
      <ul className={classes.problems}>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </Alert>
  );
}
