import { Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '#shared/domain/ids.ts';
import { JobProgress, type JobProgressProps } from './JobProgress.tsx';

interface JobDialogProps extends Pick<JobProgressProps, 'next'> {
  readonly title: string;
  /** Its width in pixels. */
  readonly size?: number;
  readonly onClose: () => void;
  /** The form, which says which job it started. */
  readonly children: (onStart: (jobId: JobId) => void) => ReactNode;
}

/** A form that starts a job, and then what the job does. */
export function JobDialog({ title, size = 520, onClose, next, children }: JobDialogProps) {
  const { t } = useTranslation();
  const [jobId, setJobId] = useState<JobId | null>(null);
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {jobId === null ? (
        children(setJobId)
      ) : (
        <JobProgress jobId={jobId} onBack={() => setJobId(null)} onClose={onClose} {...(next !== undefined && { next })} />
      )}
    </Modal>
  );
}
