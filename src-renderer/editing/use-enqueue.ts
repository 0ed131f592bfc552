import { useCallback } from 'react';
import type { z } from 'zod';
import type { JobRequest } from '#shared/contract/views.ts';
import { useCoreMutation } from '../api/mutations.ts';

/** Asks the core for work; a failure to even queue it is shown. */
export function useEnqueue(): (request: z.input<typeof JobRequest>) => void {
  const { mutate } = useCoreMutation('jobs', 'enqueue');
  return useCallback((request) => mutate({ requests: [request] }), [mutate]);
}
