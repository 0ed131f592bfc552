import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Transfer.module.css';

/** The title of the notification on an import, with a way to take it back: beside it, so that many notes take no more room. */
export function ImportTitle({ title, onUndo }: { readonly title: string; readonly onUndo: () => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
      <span>{title}</span>
      <Button className={classes.importUndo} size="compact-xs" variant="default" onClick={onUndo}>
        {t('transfer.imported.undo')}
      </Button>
    </Group>
  );
}

/** What was mended or left out when a file was read, one line each. */
export function ImportNotes({ notes }: { readonly notes: readonly string[] }) {
  return (
    <ul className={classes.importNotes}>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
