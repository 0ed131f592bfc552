import { Button, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job, JobKind } from '#shared/domain/job.ts';
import { isFinished } from '#shared/domain/job.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useJobs } from '../../api/queries.ts';
import { useJobRefusal } from '../../api/use-job-refusal.ts';
import { formatEta, formatPercent } from '../../components/format.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './editor.module.css';

/** The job of one of these kinds that works on a video now, or waits to; running ones first. */
export function activeJob(jobs: readonly Job[], videoId: VideoId, kinds: readonly JobKind[]): Job | undefined {
  const active = jobs.filter((job) => job.videoId === videoId && kinds.includes(job.kind) && !isFinished(job.state));
  return active.find((job) => job.state === 'running') ?? active[0];
}

/** A thin line of progress with its time left and a way to stop it. */
export function JobLine({ kinds }: { readonly kinds: readonly JobKind[] }) {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const job = useJobs((jobs) => activeJob(jobs, video.id, kinds)).data;
  const cancel = useCoreMutation('jobs', 'cancel');
  const refusalOf = useJobRefusal();
  if (job === undefined) return null;
  const refusal = refusalOf(job);
  return (
    <div className={classes.jobLine}>
      <div className={classes.jobFacts}>
        <span className={classes.jobTitle}>{t(`jobs.kindVerb.${job.kind}`)}</span>
        <span>
          {job.state === 'running' ? formatPercent(job.fraction) : t(`editor.job.${job.state === 'paused' ? 'paused' : 'queued'}`)}
          {job.etaMs !== null && job.state === 'running' && ` · ${t('editor.job.left', { time: formatEta(job.etaMs) })}`}
        </span>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          disabled={refusal !== undefined}
          title={refusal}
          onClick={() => cancel.mutate({ jobIds: [job.id] })}
        >
          {t('common.cancel')}
        </Button>
      </div>
      <Progress size={3} value={job.fraction * 100} aria-label={job.title} />
    </div>
  );
}
