import { useTranslation } from 'react-i18next';
import type { JobKind } from '#shared/domain/job.ts';
import { activeJob } from '../../api/job-groups.ts';
import { useJobs } from '../../api/queries.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { JobBar } from '../jobs/JobBar.tsx';
import { JobCancelButton } from '../jobs/JobCancelButton.tsx';
import { useJobProgress } from '../jobs/use-job-progress.ts';
import classes from './editor.module.css';

/** A thin line of progress with its time left and a way to stop it. */
export function JobLine({ kinds }: { readonly kinds: readonly JobKind[] }) {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const job = useJobs((jobs) => activeJob(jobs, video.id, kinds)).data;
  const progress = useJobProgress();
  if (job === undefined) return null;
  return (
    <div className={classes.jobLine}>
      <div className={classes.jobFacts}>
        <span className={classes.jobTitle}>{t(`jobs.kindVerb.${job.kind}`)}</span>
        <span>{progress(job)}</span>
        <JobCancelButton job={job} />
      </div>
      <JobBar isThin job={job} />
    </div>
  );
}
