import { Kbd } from '@mantine/core';
import { Fragment } from 'react';
import { useHost } from '../api/core-context.tsx';
import { shortcutCaps } from '../app/commands/shortcut.ts';
import classes from './ShortcutKeys.module.css';

/** A shortcut drawn as key caps. */
export function ShortcutKeys({ shortcut }: { readonly shortcut: string }) {
  const isMac = useHost().platform === 'darwin';
  return (
    <span className={classes.keys}>
      {shortcutCaps(shortcut, isMac ? 'mac' : 'other').map((cap) => (
        <Fragment key={cap}>
          <Kbd size="xs">{cap}</Kbd>
        </Fragment>
      ))}
    </span>
  );
}
