import { useWording } from '../../i18n/use-wording.ts';
import { Progress } from '@mantine/core';
import type { Job } from '#shared/domain/job.ts';

interface JobBarProps {
  readonly job: Job;
  readonly isThin?: boolean;
}

/** How much of a job is done; grey while nobody works on it. */
export function JobBar({ job, isThin = false }: JobBarProps) {
  const worded = useWording();
  const size = isThin ? { size: 3 } : {};
  return <Progress {...size} value={job.fraction * 100} color={job.state === 'paused' ? 'gray' : 'iris'} aria-label={worded(job.title)} />;
}
