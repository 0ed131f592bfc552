import { Group, Tooltip } from '@mantine/core';
import { IconFlag } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isLowConfidence, type Revision } from '#shared/domain/text.ts';
import { reviewState, statusMessage } from '../../editing/shot-texts.ts';
import { ToneBadge } from '../../editing/ToneBadge.tsx';
import { confidencePercent } from './confidence.ts';

const toneOf = { empty: 'neutral', draft: 'accent', accepted: 'ok', rejected: 'bad', 'needs-work': 'warn' } as const;

/** How far a caption is, and how sure its model was. */
export function CaptionBadges({ revision }: { readonly revision: Revision | undefined }) {
  const { t } = useTranslation();
  const state = reviewState(revision);
  return (
    <Group gap={4} wrap="nowrap">
      {revision !== undefined && isLowConfidence(revision) && (
        <Tooltip label={t('editor.caption.unsureHint', { percent: confidencePercent(revision.meanLogProb) })}>
          <ToneBadge tone="warn" leftSection={<IconFlag size={11} />}>
            {t('editor.caption.unsure')}
          </ToneBadge>
        </Tooltip>
      )}
      <ToneBadge tone={toneOf[state]}>
        {t(revision === undefined || state === 'empty' ? 'editor.review.empty' : statusMessage(revision))}
      </ToneBadge>
    </Group>
  );
}
