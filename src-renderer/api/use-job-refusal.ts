import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import { useMe } from './queries.ts';
import { useEditRefusal } from './use-edit-refusal.ts';

/** Says of a job why this person may not pause, cancel, retry or remove it; undefined: they may. */
export function useJobRefusal(): (job: Pick<Job, 'actor' | 'kind'>) => string | undefined {
  const { t } = useTranslation();
  const me = useMe().data;
  const editRefusal = useEditRefusal();
  return ({ actor, kind }) => {
    if (me?.role === 'annotator' && actor !== me.name) return t('people.othersJob');
    // Exports change nothing in the project: they run in one that is only read, too.
    return kind === 'export' ? undefined : (editRefusal ?? undefined);
  };
}
