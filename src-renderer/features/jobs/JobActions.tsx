import { useWording } from '../../i18n/use-wording.ts';
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconTrash, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useJobRefusal } from '../../api/use-job-refusal.ts';
import { IconAction } from '../../components/IconAction.tsx';
import classes from './QueueDrawer.module.css';

/** Pause, resume, cancel, retry, remove: those that make sense now. */
export function JobActions({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const worded = useWording();
  const pause = useCoreMutation('jobs', 'pause');
  const resume = useCoreMutation('jobs', 'resume');
  const cancel = useCoreMutation('jobs', 'cancel');
  const retry = useCoreMutation('jobs', 'retry');
  const remove = useCoreMutation('jobs', 'remove');
  const jobIds = [job.id];
  const face = { title: worded(job.title), refusal: useJobRefusal()(job) };
  if (job.kind === 'unreadable')
    return (
      <span className={classes.jobActions}>
        <IconAction label={t('jobs.remove')} {...face} icon={<IconTrash size={15} />} onClick={() => remove.mutate({ jobIds })} />
      </span>
    );
  const isActive = job.state === 'running' || job.state === 'queued';
  return (
    <span className={classes.jobActions}>
      {isActive && (
        <IconAction label={t('jobs.pause')} {...face} icon={<IconPlayerPause size={15} />} onClick={() => pause.mutate({ jobIds })} />
      )}
      {job.state === 'paused' && (
        <IconAction label={t('jobs.resume')} {...face} icon={<IconPlayerPlay size={15} />} onClick={() => resume.mutate({ jobIds })} />
      )}
      {(isActive || job.state === 'paused') && (
        <IconAction label={t('jobs.cancel')} {...face} icon={<IconX size={15} />} onClick={() => cancel.mutate({ jobIds })} />
      )}
      {(job.state === 'failed' || job.state === 'cancelled') && (
        <IconAction label={t('common.retry')} {...face} icon={<IconRefresh size={15} />} onClick={() => retry.mutate({ jobIds })} />
      )}
    </span>
  );
}
