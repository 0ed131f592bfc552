import { useWording } from '../../i18n/use-wording.ts';
import { Alert, Button, Group } from '@mantine/core';
import { IconHistoryToggle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Revision } from '#shared/domain/text.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { useTextActions } from '../../editing/use-text-actions.ts';

interface StaleNoticeProps {
  readonly revision: Revision | undefined;
  /** Null where no model writes this kind of text. */
  readonly onRegenerate: (() => void) | null;
}

/** Says why a text may no longer fit, and offers the two ways out. */
export function StaleNotice({ revision, onRegenerate }: StaleNoticeProps) {
  const { t } = useTranslation();
  const worded = useWording();
  const { video } = useEditorSession();
  const { confirmFresh } = useTextActions(video.id);
  const editsOnly = useEditsOnly();
  if (revision === undefined || revision.staleReason === null) return null;
  const stillFits = (): void => {
    // A failure has been shown; the notice stays.
    confirmFresh(revision).catch(() => undefined);
  };
  return (
    <Alert color="yellow" icon={<IconHistoryToggle size={16} />} title={t('editor.stale.title')} p="xs">
      {worded(revision.staleReason)}
      <Group gap={6} mt={6}>
        {onRegenerate !== null && (
          <Button size="compact-xs" variant="default" {...editsOnly} onClick={onRegenerate}>
            {t('editor.stale.regenerate')}
          </Button>
        )}
        <Button size="compact-xs" variant="default" {...editsOnly} onClick={stillFits}>
          {t('editor.stale.stillFits')}
        </Button>
      </Group>
    </Alert>
  );
}
