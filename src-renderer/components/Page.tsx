import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Page.module.css';

interface PageProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

/** A page of one column with its heading; scrolls by itself. */
export function Page({ title, text, children }: PageProps) {
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <header>
          <Title order={1}>{title}</Title>
          {text !== undefined && (
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          )}
        </header>
        {children}
      </div>
    </div>
  );
}
