import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Transfer.module.css';

interface ImportOutcomeProps {
  /** What was mended or left out when a file was read, one line each. */
  readonly notes: readonly string[];
  readonly onUndo: () => void;
}

/** What the notification on an import says below its title. */
export function ImportOutcome({ notes, onUndo }: ImportOutcomeProps) {
  const { t } = useTranslation();
  return (
    <>
      {notes.length > 0 && (
        <ul className={classes.importNotes}>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <Button size="compact-xs" variant="default" mt={6} onClick={onUndo}>
        {t('transfer.imported.undo')}
      </Button>
    </>
  );
}
