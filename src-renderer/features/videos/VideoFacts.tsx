import { Anchor, Badge, Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { useRelinkLimits } from '../../api/use-relink-video.tsx';
import { routeHref } from '../../app/routes.ts';
import { codecName, formatBytes, formatPercent, formatRate } from '../../components/format.ts';
import { JobBar } from '../jobs/JobBar.tsx';
import classes from './VideoFacts.module.css';
import { useWording } from '../../i18n/use-wording.ts';

interface VideoFactsProps {
  readonly video: VideoListItem;
  /** What is working on this video now. */
  readonly job: Job | undefined;
  readonly onRelink: () => void;
}

/** Name and, below it, what matters most now: a problem, the work in progress, or what the file is. */
export function VideoFacts({ video, job, onRelink }: VideoFactsProps) {
  return (
    <div className={classes.facts}>
      <Anchor
        href={routeHref({ page: 'editor', videoId: video.id, shotId: null })}
        className={classes.name}
        title={video.name}
        draggable={false}
      >
        {video.name}
      </Anchor>
      <SecondLine video={video} job={job} onRelink={onRelink} />
    </div>
  );
}

function SecondLine({ video, job, onRelink }: VideoFactsProps) {
  const { t } = useTranslation();
  const wording = useWording();
  const limits = useRelinkLimits(video.state);
  if (video.state === 'missing' || video.state === 'corrupt') {
    const reason = video.stateReason === null ? '' : wording(video.stateReason);
    return (
      <div className={classes.trouble}>
        <Text size="xs" c="dimmed" lineClamp={2} title={reason}>
          <Badge color={video.state === 'missing' ? 'yellow' : 'red'} className={classes.badge}>
            {t(`library.state.${video.state}`)}
          </Badge>
          {reason}
        </Text>
        <Button size="compact-xs" variant="default" {...limits} onClick={onRelink}>
          {t('library.relink')}
        </Button>
      </div>
    );
  }
  if (job !== undefined) {
    const stage = t(`jobs.kindVerb.${job.kind}`);
    return (
      <div className={classes.job}>
        <Text size="xs" c="dimmed" truncate>
          {job.state === 'running' ? `${stage} ${formatPercent(job.fraction)}` : t('library.waiting', { stage })}
        </Text>
        <JobBar isThin job={job} />
      </div>
    );
  }
  const notes = video.probe?.notes.join(' ') ?? '';
  return (
    <Text size="xs" c="dimmed" truncate {...(notes !== '' && { title: notes })}>
      {video.probe === null
        ? t('library.state.pending')
        : factsOf(video, t('library.facts.variableRate'), t('library.facts.silent')).join(' · ')}
      {notes !== '' && (
        <span className={classes.note}>
          <IconAlertTriangle size={13} aria-hidden /> {notes}
        </span>
      )}
    </Text>
  );
}

function factsOf({ probe }: VideoListItem, variableRate: string, silent: string): string[] {
  if (probe === null) return [];
  return [
    `${probe.displayWidth}×${probe.displayHeight}`,
    `${formatRate(probe.rate)} fps${probe.isVariableRate ? ` (${variableRate})` : ''}`,
    codecName(probe.videoCodec),
    formatBytes(probe.sizeBytes),
    ...(probe.audioTracks.length === 0 ? [silent] : []),
  ];
}
