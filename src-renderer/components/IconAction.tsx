import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface IconActionProps {
  readonly label: string;
  /** What it acts on, for those who hear the button and do not see its row. */
  readonly title: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
}

/** A small button of one thing in a list, named after both. */
export function IconAction({ label, title, icon, onClick }: IconActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={24} aria-label={`${label}: ${title}`} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
