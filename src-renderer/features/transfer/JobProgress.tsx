import { useWording } from '../../i18n/use-wording.ts';
import { Button, Group, Stack, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '#shared/domain/ids.ts';
import { isFinished, type Job } from '#shared/domain/job.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useJobs } from '../../api/queries.ts';
import { JobView } from '../jobs/JobView.tsx';
import classes from './Transfer.module.css';

export interface JobProgressProps {
  readonly jobId: JobId;
  readonly onBack: () => void;
  readonly onClose: () => void;
  /** What people usually do once it is done. */
  readonly next?: { readonly label: string; readonly onClick: () => void };
}

/** The job that a dialog started, in place of its form: progress, then what came of it. Closing does not stop it. */
export function JobProgress({ jobId, onBack, onClose, next }: JobProgressProps) {
  const { t } = useTranslation();
  const job = useJobs((jobs) => jobs.find(({ id }) => id === jobId)).data;
  const cancel = useCoreMutation('jobs', 'cancel');
  const isOver = job !== undefined && isFinished(job.state);
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
        {job?.state === 'done' && next !== undefined && (
          <Button variant="default" onClick={next.onClick}>
            {next.label}
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          {isOver ? t('common.close') : t('transfer.runInBackground')}
        </Button>
      </Group>
    </Stack>
  );
}

/** What it is, as a heading, and below it how it goes. */
function JobPhase({ job }: { readonly job: Job | undefined }) {
  const { t } = useTranslation();
  const worded = useWording();
  if (job === undefined) return <Title order={3}>{t('common.loading')}</Title>;
  const [KindIcon, color, heading] = faceOf(job.state);
  const title = worded(job.title);
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      {KindIcon !== null && <KindIcon size={26} color={color} aria-hidden />}
      <Stack gap="xs" flex={1} miw={0}>
        <Title order={3}>{heading === null ? title : t(heading, { title })}</Title>
        <JobView job={job} />
      </Stack>
    </Group>
  );
}

function faceOf(state: Job['state']): readonly [Icon | null, string, 'transfer.done' | 'transfer.stopped' | null] {
  if (state === 'done') return [IconCircleCheck, 'var(--ok)', 'transfer.done'];
  if (state === 'failed') return [IconAlertTriangle, 'var(--bad-text)', 'transfer.stopped'];
  return [null, '', null];
}
