import { Alert, Button, Group } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Revision } from '#shared/domain/text.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { placeKey, type TextPlace } from '../../editing/drafts.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './captions.module.css';
import { useAuthorName } from './use-author-name.ts';
import { TextPair } from './TextPair.tsx';

interface ConflictNoticeProps {
  readonly place: TextPlace;
  /** The stored text, which somebody else has written meanwhile. */
  readonly theirs: Revision | undefined;
}

/** Two people wrote the same text: both versions, and the choice. Neither gets lost, whatever is chosen. */
export function ConflictNotice({ place, theirs }: ConflictNoticeProps) {
  const { t } = useTranslation();
  const { drafts } = useEditorSession();
  const draft = useStore(drafts.store, ({ byPlace }) => byPlace.get(placeKey(place)));
  const authorName = useAuthorName();
  const editsOnly = useEditsOnly();
  const [isBusy, setBusy] = useState(false);
  if (draft?.state !== 'conflict' || draft.text === null) return null;
  const settle = (choice: Promise<void>): void => {
    setBusy(true);
    // A failure has been shown; the notice stays, and with it the choice.
    choice.catch(() => undefined).finally(() => setBusy(false));
  };
  const name = theirs === undefined ? t('people.somebody') : authorName(theirs);
  return (
    <Alert color="yellow" icon={<IconUsers size={16} />} title={t('people.conflict.title', { name })} p="xs" role="alert">
      <div className={classes.versions}>
        <TextPair before={{ name: t('people.conflict.mine'), text: draft.text }} after={{ name, text: theirs?.text ?? '' }} />
      </div>
      <p className={classes.conflictNote}>{t('people.conflict.safe')}</p>
      <Group gap={6}>
        <Button size="compact-sm" variant="default" loading={isBusy} {...editsOnly} onClick={() => settle(drafts.keepMine(place))}>
          {t('people.conflict.keepMine')}
        </Button>
        <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => settle(drafts.takeTheirs(place))}>
          {t('people.conflict.takeTheirs')}
        </Button>
      </Group>
    </Alert>
  );
}
