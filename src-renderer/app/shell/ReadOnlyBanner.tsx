import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { readOnlyWords } from '#shared/domain/read-only-words.ts';
import { useProject } from '../../api/queries.ts';
import { useProjectActions } from '../../features/projects/use-project-actions.ts';
import { useWording } from '../../i18n/use-wording.ts';
import { useUi } from '../ui-context.tsx';
import classes from './Shell.module.css';

/** What lies at its place no more cannot be opened there again. */
const ELSEWHERE: ReadonlySet<string> = new Set(['moved', 'deleted']);

/** Says why the open project can only be read, and offers what may end that. */
export function ReadOnlyBanner() {
  const { t } = useTranslation();
  const wording = useWording();
  const project = useProject().data ?? null;
  const projects = useProjectActions();
  const openDialog = useUi((ui) => ui.openDialog);
  if (project === null || project.readOnly === null) return null;
  const { readOnly, ref, name } = project;
  return (
    <output className={classes.banner} data-kind="read-only">
      <IconLock size={15} aria-hidden />
      <span>{t('readOnly.because', { reason: wording(readOnlyWords(readOnly)) })}</span>
      {readOnly === 'damaged' ? (
        <Button size="compact-xs" variant="default" onClick={() => openDialog({ name: 'backups', project: ref, title: name })}>
          {t('start.backups.open')}
        </Button>
      ) : (
        !ELSEWHERE.has(readOnly) && (
          <Button size="compact-xs" variant="default" loading={projects.isOpening} onClick={() => projects.openRecent(ref)}>
            {t('readOnly.tryAgain')}
          </Button>
        )
      )}
    </output>
  );
}
