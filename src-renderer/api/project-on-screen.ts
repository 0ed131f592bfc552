import type { QueryClient } from '@tanstack/react-query';
import type { ProjectInfo } from '#shared/contract/views.ts';
import { queryKeys } from './query-keys.ts';

/** The `ref` of the project that is on the screen; null while that is not known, or none is. */
export function projectOnScreen(queryClient: QueryClient): string | null {
  return queryClient.getQueryData<ProjectInfo | null>(queryKeys.project)?.ref ?? null;
}
