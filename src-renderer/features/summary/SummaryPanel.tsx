import { Alert, Button, Group, SegmentedControl } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revision } from '#shared/domain/text.ts';
import { useTexts } from '../../api/queries.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { useCommandFace } from '../../editing/CommandButton.tsx';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { statusMessage } from '../../editing/shot-texts.ts';
import { ToneBadge } from '../../editing/ToneBadge.tsx';
import { useTextActions } from '../../editing/use-text-actions.ts';
import { LinkedText } from './LinkedText.tsx';
import { SummariserSelect } from './SummariserSelect.tsx';
import classes from './summary.module.css';

export const summaryPlace = { shotId: null, kind: 'summary' } as const;

interface SummaryPanelProps {
  /** The box to write in, its saving mark, the words being generated and the stale notice: made by the page from the captions' parts. */
  readonly editor: (revision: Revision | undefined) => ReactNode;
  readonly notices: (revision: Revision | undefined) => ReactNode;
}

/** The story of the whole video; each sentence leads to the shots that it rests on. */
export function SummaryPanel({ editor, notices }: SummaryPanelProps) {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const texts = useTexts(video.id).data;
  const revision = texts?.find((text) => text.kind === 'summary' && text.isCurrent);
  const [mode, setMode] = useState<'read' | 'write'>('read');
  const generate = useCommandFace('summary.generate');
  const hasText = revision !== undefined && revision.text.trim() !== '';
  const isWriting = mode === 'write' || !hasText;
  return (
    <section className={classes.panel} aria-label={t('editor.summary.title')}>
      <div className={classes.head}>
        <h2 className={classes.title}>{t('editor.summary.title')}</h2>
        {revision !== undefined && <SummaryStatus revision={revision} />}
      </div>
      {notices(revision)}
      {hasText && revision.origin === 'model' && revision.status === 'draft' && (
        <Alert color="iris" p="xs">
          {t('editor.summary.draftHint')}
        </Alert>
      )}
      {hasText && (
        <SegmentedControl
          fullWidth
          aria-label={t('editor.summary.mode')}
          data={[
            { value: 'read', label: t('editor.summary.read') },
            { value: 'write', label: t('editor.summary.write') },
          ]}
          value={mode}
          onChange={(value) => setMode(value === 'write' ? 'write' : 'read')}
        />
      )}
      {isWriting ? editor(revision) : <LinkedText revision={revision} />}
      <SummariserSelect />
      <Group gap={6}>
        <Button
          variant="default"
          leftSection={<IconSparkles size={14} />}
          onClick={generate.run}
          disabled={!generate.isEnabled}
          title={generate.refusal}
        >
          {t(hasText ? 'editor.summary.generateAgain' : 'editor.summary.generate')}
        </Button>
        {revision !== undefined && hasText && <Verdict revision={revision} />}
      </Group>
    </section>
  );
}

function SummaryStatus({ revision }: { readonly revision: Revision }) {
  const { t } = useTranslation();
  const isDraft = revision.status === 'draft';
  return <ToneBadge tone={isDraft ? 'accent' : revision.status === 'accepted' ? 'ok' : 'warn'}>{t(statusMessage(revision))}</ToneBadge>;
}

function Verdict({ revision }: { readonly revision: Revision }) {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const { setStatus } = useTextActions(video.id);
  const editsOnly = useEditsOnly();
  const isAccepted = revision.status === 'accepted';
  const toggle = (): void => {
    // A failure has been shown; the verdict stays as it was.
    setStatus([summaryPlace], isAccepted ? 'draft' : 'accepted').catch(() => undefined);
  };
  return (
    <Button variant={isAccepted ? 'light' : 'default'} color="teal" aria-pressed={isAccepted} {...editsOnly} onClick={toggle}>
      {t(isAccepted ? 'editor.review.accepted' : 'editor.summary.accept')}
    </Button>
  );
}
