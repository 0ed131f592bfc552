import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revision } from '#shared/domain/text.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { useTextActions } from '../../editing/use-text-actions.ts';
import { candidatesOf } from './candidates.ts';
import classes from './captions.module.css';
import { confidencePercent } from './confidence.ts';
import { useAuthorName } from './use-author-name.ts';
import { WordDiff } from './WordDiff.tsx';

const SHOWN_AT_FIRST = 2;

/** Other models' texts beside the current one, with the words in which they differ. */
export function Candidates({ revisions }: { readonly revisions: readonly Revision[] }) {
  const { t } = useTranslation();
  const [isAll, setAll] = useState(false);
  const candidates = candidatesOf(revisions);
  const current = revisions.find((revision) => revision.isCurrent);
  if (candidates.length === 0) return null;
  return (
    <section className={classes.candidates} aria-label={t('editor.candidates.title', { count: candidates.length })}>
      <h3 className={classes.subtitle}>{t('editor.candidates.title', { count: candidates.length })}</h3>
      {candidates.slice(0, isAll ? undefined : SHOWN_AT_FIRST).map((candidate) => (
        <Candidate key={candidate.id} candidate={candidate} current={current} />
      ))}
      {!isAll && candidates.length > SHOWN_AT_FIRST && (
        <Button variant="subtle" color="gray" onClick={() => setAll(true)}>
          {t('editor.candidates.more', { count: candidates.length - SHOWN_AT_FIRST })}
        </Button>
      )}
    </section>
  );
}

function Candidate({ candidate, current }: { readonly candidate: Revision; readonly current: Revision | undefined }) {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const { choose } = useTextActions(video.id);
  const editsOnly = useEditsOnly();
  const authorName = useAuthorName();
  const use = (): void => {
    // A failure has been shown; nothing changed.
    choose(candidate).catch(() => undefined);
  };
  return (
    <article className={classes.candidate}>
      <Group justify="space-between" wrap="nowrap" gap={6}>
        <span className={classes.candidateName}>
          {authorName(candidate)}
          {candidate.meanLogProb !== null && (
            <span className={classes.dim}>
              {' '}
              · {t('editor.candidates.confidence', { percent: confidencePercent(candidate.meanLogProb) })}
            </span>
          )}
        </span>
        <Button size="compact-xs" variant="light" {...editsOnly} onClick={use}>
          {t('editor.candidates.use')}
        </Button>
      </Group>
      <div className={classes.pair}>
        {current !== undefined && (
          <div className={classes.pairSide}>
            <span className={classes.pairName}>{t('editor.candidates.now')}</span>
            <WordDiff before={current.text} after={candidate.text} side="before" />
          </div>
        )}
        <div className={classes.pairSide}>
          <span className={classes.pairName}>{t('editor.candidates.candidate')}</span>
          <WordDiff before={current?.text ?? ''} after={candidate.text} side={current === undefined ? 'both' : 'after'} />
        </div>
      </div>
    </article>
  );
}
