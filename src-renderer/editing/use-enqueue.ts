import { useCallback } from 'react';
import type { z } from 'zod';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { useCore } from '../api/core-context.tsx';
import { useRunEdit } from '../api/use-run-edit.ts';

/** Asks the core for work, after what was changed before; a failure to even queue it is shown. */
export function useEnqueue(): (request: z.input<typeof JobRequest>) => void {
  const { api } = useCore();
  const runEdit = useRunEdit();
  return useCallback(
    (request) => {
      // A failure has been shown.
      runEdit({ send: () => api.jobs.enqueue({ requests: [request] }) }).catch(() => undefined);
    },
    [api, runEdit],
  );
}
