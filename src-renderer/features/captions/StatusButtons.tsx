import { Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconPencil, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RevisionStatus } from '#shared/domain/text.ts';
import { ShortcutKeys } from '../../components/ShortcutKeys.tsx';
import { CommandName, useCommandFace } from '../../editing/CommandButton.tsx';
import classes from './captions.module.css';

interface StatusButtonsProps {
  readonly status: RevisionStatus | null;
  /** Whose verdict: that of the visual caption, or of the narration. */
  readonly on?: 'captions' | 'narration';
}

/** The verdict on a text, as three buttons; pressing the one that is on takes the verdict back. */
export function StatusButtons({ status, on = 'captions' }: StatusButtonsProps) {
  const { t } = useTranslation();
  return (
    <div
      className={classes.verdicts}
      role="toolbar"
      aria-label={t(on === 'captions' ? 'editor.verdict.label' : 'editor.narrationVerdict.label')}
    >
      <Verdict on={on} verdict="accept" isOn={status === 'accepted'} tone="ok" icon={<IconCheck size={16} />} />
      <Verdict on={on} verdict="reject" isOn={status === 'rejected'} tone="bad" icon={<IconX size={16} />} />
      <Verdict on={on} verdict="needsWork" isOn={status === 'needs-work'} tone="warn" icon={<IconPencil size={16} />} />
    </div>
  );
}

interface VerdictProps {
  readonly on: 'captions' | 'narration';
  readonly verdict: 'accept' | 'reject' | 'needsWork';
  readonly isOn: boolean;
  readonly tone: 'ok' | 'bad' | 'warn';
  readonly icon: ReactNode;
}

function Verdict({ on, verdict, isOn, tone, icon }: VerdictProps) {
  const { t } = useTranslation();
  const face = useCommandFace(`${on}.${verdict}`);
  const back = useCommandFace(`${on}.unjudge`);
  const { label, shortcut, isEnabled, refusal, run } = isOn ? back : face;
  const name = t(`editor.verdict.${verdict}`);
  return (
    <Tooltip label={<CommandName label={label} shortcut={shortcut} refusal={refusal} />}>
      <UnstyledButton
        className={classes.verdict}
        data-tone={tone}
        aria-label={name}
        aria-pressed={isOn}
        aria-disabled={!isEnabled}
        onClick={run}
      >
        {icon}
        <span>{name}</span>
        {face.shortcut !== undefined && <ShortcutKeys shortcut={face.shortcut} />}
      </UnstyledButton>
    </Tooltip>
  );
}
