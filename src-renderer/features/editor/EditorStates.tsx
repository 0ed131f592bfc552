import { useWording } from '../../i18n/use-wording.ts';
import { Button, EmptyState, Loader } from '@mantine/core';
import { IconAlertTriangle, IconCut, IconLinkOff, IconMovieOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { useJobs } from '../../api/queries.ts';
import { activeJob } from '../../api/job-groups.ts';
import { useRelinkLimits, useRelinkVideo } from '../../api/use-relink-video.tsx';
import { routeHref } from '../../app/routes.ts';
import { useCommandFace } from '../../editing/CommandButton.tsx';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import classes from './editor.module.css';
import { JobBar } from '../jobs/JobBar.tsx';
import { JobCancelButton } from '../jobs/JobCancelButton.tsx';
import { useJobProgress } from '../jobs/use-job-progress.ts';

export function EditorLoading() {
  const { t } = useTranslation();
  return (
    <output className={classes.state} aria-label={t('common.loading')}>
      <Loader size="sm" />
    </output>
  );
}

/** The address names a video that the project does not have (any more). */
export function VideoGone() {
  const { t } = useTranslation();
  return (
    <div className={classes.state}>
      <EmptyState
        icon={<IconMovieOff size={40} stroke={1.3} />}
        title={t('editor.state.goneTitle')}
        description={t('editor.state.goneText')}
      >
        <EmptyState.Actions>
          <Button component="a" href={routeHref({ page: 'library' })} variant="default">
            {t('editor.state.toLibrary')}
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </div>
  );
}

/** The file is missing or cannot be read: what happened, what is safe, what to do. */
export function VideoTrouble({ video }: { readonly video: VideoListItem }) {
  const { t } = useTranslation();
  const wording = useWording();
  const relink = useRelinkVideo();
  const limits = useRelinkLimits(video.state);
  const isMissing = video.state === 'missing';
  const Icon = isMissing ? IconLinkOff : IconAlertTriangle;
  return (
    <div className={classes.state} role="alert">
      <EmptyState
        icon={<Icon size={40} stroke={1.3} />}
        title={t(isMissing ? 'editor.state.missingTitle' : 'editor.state.corruptTitle', { name: video.name })}
        description={
          <>
            {video.stateReason !== null && <span className={classes.reason}>{wording(video.stateReason)}</span>}
            {t(isMissing ? 'editor.state.missingText' : 'editor.state.corruptText')}
          </>
        }
      >
        <EmptyState.Actions>
          <Button {...limits} onClick={() => relink(video.id)}>
            {t('editor.state.relink')}
          </Button>
          <Button component="a" href={routeHref({ page: 'library' })} variant="default">
            {t('editor.state.toLibrary')}
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </div>
  );
}

/** Just imported: the video is still being measured. */
export function VideoPending({ video }: { readonly video: VideoListItem }) {
  const { t } = useTranslation();
  const job = useJobs((jobs) => activeJob(jobs, video.id, ['import'])).data;
  return (
    <div className={classes.state}>
      <div className={classes.pending}>
        <h2>{t('editor.state.pendingTitle', { name: video.name })}</h2>
        <p>{t('editor.state.pendingText')}</p>
        <JobProgress job={job} />
      </div>
    </div>
  );
}

/** In place of shots: that they are being found, or how to find them. */
export function NoShots() {
  const { t } = useTranslation();
  const worded = useWording();
  const { video } = useEditorSession();
  const count = useEditor((state) => state.shots.length);
  const detect = useCommandFace('shots.detect');
  const job = useJobs((jobs) => activeJob(jobs, video.id, ['import', 'detect'])).data;
  if (count > 1 && job === undefined) return null;
  if (job !== undefined) {
    return (
      <div className={classes.noShots}>
        <span className={classes.noShotsText}>{worded(job.title)}</span>
        <JobProgress job={job} />
        <JobCancelButton job={job} />
      </div>
    );
  }
  return (
    <div className={classes.noShots}>
      <span className={classes.noShotsText}>{t(count === 0 ? 'editor.state.noShots' : 'editor.state.oneShot')}</span>
      <Button leftSection={<IconCut size={15} />} onClick={detect.run} disabled={!detect.isEnabled} title={detect.refusal}>
        {t('editor.state.findShots')}
      </Button>
    </div>
  );
}

function JobProgress({ job }: { readonly job: Job | undefined }) {
  const progress = useJobProgress();
  if (job === undefined) return null;
  return (
    <div className={classes.jobBar}>
      <JobBar job={job} />
      <span>{progress(job)}</span>
    </div>
  );
}
