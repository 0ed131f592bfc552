import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useJobRefusal } from '../../api/use-job-refusal.ts';

/** Stops a job, beside its progress; says why where this person may not. */
export function JobCancelButton({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const cancel = useCoreMutation('jobs', 'cancel');
  const refusal = useJobRefusal()(job);
  return (
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
  );
}
