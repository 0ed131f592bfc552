import { useCallback } from 'react';
import { isCancelled } from '#shared/contract/errors.ts';
import { useEdits } from './core-context.tsx';
import type { Edit } from './edits.ts';
import { useShowError } from './use-show-error.ts';

/** Puts an edit into the queue (see `Edits`). A failure is shown; the promise then rejects. */
export function useRunEdit(): <T>(edit: Edit<T>) => Promise<T> {
  const edits = useEdits();
  const showError = useShowError();
  return useCallback(
    async (edit) => {
      try {
        return await edits.run(edit);
      } catch (error) {
        if (!isCancelled(error)) showError(error);
        throw error;
      }
    },
    [edits, showError],
  );
}
