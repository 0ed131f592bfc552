import { Badge, type BadgeProps } from '@mantine/core';
import type { CSSProperties } from 'react';

export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'bad';

const styles: Readonly<Record<Tone, CSSProperties & Record<`--${string}`, string>>> = {
  neutral: { '--badge-bg': 'var(--surface-raised)', '--badge-color': 'var(--text-dim)' },
  accent: { '--badge-bg': 'var(--accent-soft)', '--badge-color': 'var(--accent-text)' },
  ok: { '--badge-bg': 'var(--ok-soft)', '--badge-color': 'var(--ok-text)' },
  warn: { '--badge-bg': 'var(--warn-soft)', '--badge-color': 'var(--warn-text)' },
  bad: { '--badge-bg': 'var(--bad-soft)', '--badge-color': 'var(--bad-text)' },
};

/** A badge in one of the studio's state colours, which are readable (AA) in both colour schemes. */
export function ToneBadge({ tone, ...rest }: Omit<BadgeProps, 'color' | 'style'> & { readonly tone: Tone }) {
  return <Badge {...rest} style={styles[tone]} />;
}
