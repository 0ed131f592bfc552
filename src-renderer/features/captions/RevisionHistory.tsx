import { Button } from '@mantine/core';
import { IconFileImport, IconRobot, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revision, RevisionOrigin } from '#shared/domain/text.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { formatAgo, shortened } from '../../components/format.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { useTextActions } from '../../editing/use-text-actions.ts';
import classes from './captions.module.css';
import { useAuthorName } from './use-author-name.ts';

const iconOf: Readonly<Record<RevisionOrigin, typeof IconUser>> = { human: IconUser, model: IconRobot, import: IconFileImport };

/** Every version of one text, newest first; any of them can be made the current one again. */
export function RevisionHistory({ revisions }: { readonly revisions: readonly Revision[] }) {
  const { t } = useTranslation();
  if (revisions.length === 0) return <p className={classes.hint}>{t('editor.history.empty')}</p>;
  return (
    <ol className={classes.history}>
      {revisions.map((revision) => (
        <HistoryRow key={revision.id} revision={revision} />
      ))}
    </ol>
  );
}

function HistoryRow({ revision }: { readonly revision: Revision }) {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const { choose } = useTextActions(video.id);
  const editsOnly = useEditsOnly();
  const authorName = useAuthorName();
  const [nowMs] = useState(() => Date.now());
  const Icon = iconOf[revision.origin];
  const restore = (): void => {
    // A failure has been shown; nothing changed.
    choose(revision).catch(() => undefined);
  };
  return (
    <li className={classes.historyRow} data-current={revision.isCurrent}>
      <Icon size={15} aria-label={t(`editor.history.origin.${revision.origin}`)} />
      <div className={classes.historyBody}>
        <span className={classes.historyHead}>
          {authorName(revision)}
          <span className={classes.dim}>
            {' '}
            · {formatAgo(revision.createdAtMs, nowMs)} · {t(`editor.review.${revision.status}`)}
          </span>
        </span>
        <p className={classes.historyText}>{shortened(revision.text)}</p>
      </div>
      {revision.isCurrent ? (
        <span className={classes.currentMark}>{t('editor.history.current')}</span>
      ) : (
        <Button
          size="compact-xs"
          variant="subtle"
          {...editsOnly}
          onClick={restore}
          aria-label={t('editor.history.restoreNamed', { text: revision.text.slice(0, 40) })}
        >
          {t('editor.history.restore')}
        </Button>
      )}
    </li>
  );
}
