import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { useCoreMutation } from '../../api/mutations.ts';

/** Undo and redo, each telling in a short note which step it took. */
export function useUndoRedo(): { readonly undo: () => void; readonly redo: () => void; readonly isBusy: boolean } {
  const { t } = useTranslation();
  const undo = useCoreMutation('history', 'undo');
  const redo = useCoreMutation('history', 'redo');

  const tell = (message: string): void => {
    notifications.hide('undo');
    notifications.show({ id: 'undo', message, autoClose: 2500, withCloseButton: false });
  };

  return {
    undo: () => undo.mutate({}, { onSuccess: (step) => step && tell(t('shell.undone', { step: step.label })) }),
    redo: () => redo.mutate({}, { onSuccess: (step) => step && tell(t('shell.redone', { step: step.label })) }),
    isBusy: undo.isPending || redo.isPending,
  };
}
