import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface IconActionProps {
  readonly label: string;
  /** What it acts on, for screen readers, which read the button without its row. */
  readonly title: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
  /** Why it cannot be done by this person; left out: it can. */
  readonly refusal?: string | undefined;
}

/** A small button of one thing in a list, named after both. */
export function IconAction({ label, title, icon, onClick, refusal }: IconActionProps) {
  return (
    <Tooltip label={refusal ?? label}>
      <ActionIcon size={24} aria-label={`${label}: ${title}`} onClick={onClick} disabled={refusal !== undefined}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
