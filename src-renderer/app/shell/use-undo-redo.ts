import { useWording } from '../../i18n/use-wording.ts';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '#shared/domain/record-change.ts';
import { useCore } from '../../api/core-context.tsx';
import { useRunEdit } from '../../api/use-run-edit.ts';

/** Undo and redo, each showing in a short note which step it took. What was changed before is stored before. */
export function useUndoRedo(): { readonly undo: () => void; readonly redo: () => void } {
  const { t } = useTranslation();
  const worded = useWording();
  const { api } = useCore();
  const runEdit = useRunEdit();

  function move(send: () => Promise<HistoryEntry | null>, message: 'shell.undone' | 'shell.redone'): void {
    const showStep = (step: HistoryEntry | null): void => {
      if (step === null) return;
      notifications.hide('undo');
      notifications.show({ id: 'undo', message: t(message, { step: worded(step.label) }), autoClose: 2500, withCloseButton: false });
    };
    // A failure has been shown.
    runEdit({ send }).then(showStep, () => undefined);
  }

  return {
    undo: () => move(() => api.history.undo({}), 'shell.undone'),
    redo: () => move(() => api.history.redo({}), 'shell.redone'),
  };
}
