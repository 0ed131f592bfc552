import { Button, Group } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revision } from '#shared/domain/text.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { useLongList } from '../../components/use-long-list.tsx';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { useTextActions } from '../../editing/use-text-actions.ts';
import { candidatesOf } from './candidates.ts';
import classes from './captions.module.css';
import { confidencePercent } from './confidence.ts';
import { useAuthorName } from './use-author-name.ts';
import { TextPair, TextSide } from './TextPair.tsx';

/** Each comparison takes up to a tenth of a second. */
const SHOWN = { first: 2, step: 10 };

/** Other models' texts beside the current one, with the words in which they differ. */
export function Candidates({ revisions }: { readonly revisions: readonly Revision[] }) {
  const { t } = useTranslation();
  const candidates = useMemo(() => candidatesOf(revisions), [revisions]);
  const { shown, more } = useLongList(candidates, SHOWN);
  const current = revisions.find((revision) => revision.isCurrent);
  if (candidates.length === 0) return null;
  return (
    <section className={classes.candidates} aria-label={t('editor.candidates.title', { count: candidates.length })}>
      <h3 className={classes.subtitle}>{t('editor.candidates.title', { count: candidates.length })}</h3>
      {shown.map((candidate) => (
        <Candidate key={candidate.id} candidate={candidate} current={current} />
      ))}
      {more}
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
      {current === undefined ? (
        <TextSide name={t('editor.candidates.candidate')} text={candidate.text} />
      ) : (
        <TextPair
          before={{ name: t('editor.candidates.now'), text: current.text }}
          after={{ name: t('editor.candidates.candidate'), text: candidate.text }}
        />
      )}
    </article>
  );
}
