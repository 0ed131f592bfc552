import { useWording } from '../../i18n/use-wording.ts';
import { Anchor } from '@mantine/core';
import {
  IconBadgeCc,
  IconChartBar,
  IconCut,
  IconDatabaseImport,
  IconDownload,
  IconFileExport,
  IconFileText,
  IconFileUnknown,
  IconListCheck,
  IconMicrophone,
  IconPackageExport,
  IconPhoto,
  IconScissors,
  IconTextScan2,
  type Icon,
} from '@tabler/icons-react';
import type { Job, JobKind } from '#shared/domain/job.ts';
import { routeHref } from '../../app/routes.ts';
import { JobActions } from './JobActions.tsx';
import { JobView } from './JobView.tsx';
import classes from './QueueDrawer.module.css';

const icons: Readonly<Record<JobKind, Icon>> = {
  import: IconDownload,
  thumbnails: IconPhoto,
  waveform: IconChartBar,
  detect: IconCut,
  'read-text': IconTextScan2,
  transcribe: IconMicrophone,
  caption: IconBadgeCc,
  summarise: IconFileText,
  export: IconFileExport,
  clips: IconScissors,
  'import-dataset': IconDatabaseImport,
  archive: IconPackageExport,
  validate: IconListCheck,
  unreadable: IconFileUnknown,
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
        <JobView job={job} blockedCount={blockedCount} />
      </div>
    </li>
  );
}

function JobTitle({ job }: { readonly job: Job }) {
  const title = useWording()(job.title);
  if (job.videoId === null) return <span className={classes.jobTitle}>{title}</span>;
  return (
    <Anchor
      className={classes.jobTitle}
      c="var(--text)"
      href={routeHref({ page: 'editor', videoId: job.videoId, shotId: null })}
      title={title}
    >
      {title}
    </Anchor>
  );
}
