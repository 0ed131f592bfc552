import { Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconPencilExclamation, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RevisionStatus } from '#shared/domain/text.ts';
import { ShortcutKeys } from '../../components/ShortcutKeys.tsx';
import { CommandName, useCommandFace } from '../../editing/CommandButton.tsx';
import classes from './captions.module.css';

/** The verdict on a caption, as three buttons; pressing the one that is on takes the verdict back. */
export function StatusButtons({ status }: { readonly status: RevisionStatus | null }) {
  const { t } = useTranslation();
  return (
    <div className={classes.verdicts} role="toolbar" aria-label={t('editor.verdict.label')}>
      <Verdict command="captions.accept" isOn={status === 'accepted'} tone="ok" icon={<IconCheck size={16} />} />
      <Verdict command="captions.reject" isOn={status === 'rejected'} tone="bad" icon={<IconX size={16} />} />
      <Verdict command="captions.needsWork" isOn={status === 'needs-work'} tone="warn" icon={<IconPencilExclamation size={16} />} />
    </div>
  );
}

interface VerdictProps {
  readonly command: string;
  readonly isOn: boolean;
  readonly tone: 'ok' | 'bad' | 'warn';
  readonly icon: ReactNode;
}

function Verdict({ command, isOn, tone, icon }: VerdictProps) {
  const face = useCommandFace(command);
  const back = useCommandFace('captions.unjudge');
  const { label, shortcut, isEnabled, run } = isOn ? back : face;
  return (
    <Tooltip label={<CommandName label={label} shortcut={shortcut} />}>
      <UnstyledButton className={classes.verdict} data-tone={tone} aria-label={face.label} aria-pressed={isOn} aria-disabled={!isEnabled} onClick={run}>
        {icon}
        <span>{face.label}</span>
        {face.shortcut !== undefined && <ShortcutKeys shortcut={face.shortcut} />}
      </UnstyledButton>
    </Tooltip>
  );
}
