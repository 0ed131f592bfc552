import { Group, Select } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TransitionKind, type Shot } from '#shared/domain/shot.ts';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { formatScore } from '../../components/format.ts';
import { CommandButton } from '../../editing/CommandButton.tsx';
import { LockButton } from '../../editing/LockButton.tsx';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { isDoubtfulCut } from '../../editing/shot-texts.ts';
import { ToneBadge } from '../../editing/ToneBadge.tsx';
import classes from './shots.module.css';
import { useShotActions } from './use-shot-actions.ts';

/** Which shot this is, where it lies and how it begins. */
export function ShotHeader({ shot, index }: { readonly shot: Shot; readonly index: number }) {
  const { t } = useTranslation();
  const { clock } = useEditorSession();
  const count = useEditor((state) => state.shots.length);
  const startUs = frameToUs(clock, shot.startFrame);
  const endUs = frameToUs(clock, shot.endFrame);
  return (
    <header className={classes.header}>
      <div className={classes.titleRow}>
        <h2 className={classes.title}>
          {t('editor.shot.title', { number: index + 1 })} <span className={classes.dim}>{t('editor.shot.of', { count })}</span>
        </h2>
        <Group gap={0} wrap="nowrap">
          <LockButton size={16} />
          <CommandButton command="shots.previous" icon={<IconChevronUp size={18} />} />
          <CommandButton command="shots.next" icon={<IconChevronDown size={18} />} />
        </Group>
      </div>
      <p className={classes.span}>
        {formatTimeUs(startUs)} – {formatTimeUs(endUs)}
        <span className={classes.dim}>
          {' '}
          · {t('editor.shot.length', { seconds: ((endUs - startUs) / 1e6).toFixed(2), frames: shot.endFrame - shot.startFrame })}
        </span>
      </p>
      {index > 0 && <CutFacts shot={shot} />}
    </header>
  );
}

/** Who says that there is a cut, and how sure a detector was. */
function CutBadge({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  if (shot.locked) return <ToneBadge tone="ok">{t('editor.cutCheck.confirmed')}</ToneBadge>;
  const score = shot.confidence === null ? [] : [formatScore(shot.confidence)];
  return <ToneBadge tone={isDoubtfulCut(shot) ? 'warn' : 'neutral'}>{[t(`editor.origin.${shot.origin}`), ...score].join(' · ')}</ToneBadge>;
}

function CutFacts({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  const { setTransition } = useShotActions();
  const editsOnly = useEditsOnly();
  return (
    <div className={classes.cutFacts}>
      <Select
        {...editsOnly}
        aria-label={t('editor.transition.label')}
        w={128}
        data={TransitionKind.options.map((kind) => ({ value: kind, label: t(`editor.transition.${kind}`) }))}
        value={shot.transition.kind}
        onChange={(value) => {
          const kind = TransitionKind.safeParse(value);
          if (kind.success) setTransition(kind.data);
        }}
      />
      <CutBadge shot={shot} />
    </div>
  );
}
