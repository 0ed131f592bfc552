import { notifications, notificationsStore } from '@mantine/notifications';
import { useMutation, useQueryClient, type QueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { z } from 'zod';
import { isCancelled } from '#shared/contract/errors.ts';
import type { Procedures } from '#shared/contract/procedures.ts';
import type { Me } from '#shared/contract/people.ts';
import type { EndpointsView, Settings } from '#shared/contract/views.ts';
import { useCore, useEdits } from './core-context.tsx';
import { queryKeys } from './query-keys.ts';
import { useShowError } from './use-show-error.ts';

type Area = keyof Procedures;
type InputOf<A extends Area, P extends keyof Procedures[A]> = Procedures[A][P] extends { readonly input: infer I extends z.ZodType }
  ? z.input<I>
  : never;
type OutputOf<A extends Area, P extends keyof Procedures[A]> = Procedures[A][P] extends { readonly output: infer O extends z.ZodType }
  ? z.output<O>
  : never;

export interface CommandOptions {
  /** True: the caller shows errors itself (e.g. beside a form field). */
  readonly isSilent?: boolean;
}

/**
 * A command of the contract as a React Query mutation: `const update = useCoreMutation('settings', 'update'); update.mutate({…})`. What
 * can be undone, and what speaks of shots, goes through `useRunEdit` instead.
 * A failure is shown as a notification (what happened, what is safe, what to do) unless `isSilent`. Other cached answers are
 * renewed by the core's `changed` events.
 */
export function useCoreMutation<A extends Area, P extends keyof Procedures[A]>(
  area: A,
  name: P,
  { isSilent = false }: CommandOptions = {},
): UseMutationResult<OutputOf<A, P>, Error, InputOf<A, P>> {
  const { api } = useCore();
  const edits = useEdits();
  const queryClient = useQueryClient();
  const showError = useShowError();
  return useMutation({
    mutationKey: [area, name],
    // What was reported of one project is not true of the next, e.g. that it is damaged, after a restore.
    onMutate: () => switching.has(`${area}.${String(name)}`) && hideTroubles(),
    mutationFn: async (input: InputOf<A, P>) => {
      // What was changed in a project belongs into that one, not into the next.
      if (area === 'projects') await edits.settled();
      const call = api[area][name] as unknown as (input: InputOf<A, P>) => Promise<OutputOf<A, P>>;
      return call(input);
    },
    onSuccess: (output) => writeAnswer(queryClient, `${area}.${String(name)}`, output),
    onError: (error) => {
      if (!isSilent && !isCancelled(error)) showError(error);
    },
  });
}

/** Commands that answer with the new truth of a query write it at once, so that the screen needs no second round trip. */
function writeAnswer(queryClient: QueryClient, path: string, output: unknown): void {
  switch (path) {
    case 'projects.backUp':
      void queryClient.invalidateQueries({ queryKey: queryKeys.recentProjects });
      return;
    case 'settings.update':
    case 'settings.personalise':
      queryClient.setQueryData(queryKeys.settings, output as Settings);
      return;
    case 'people.introduce':
      queryClient.setQueryData(queryKeys.me, output as Me);
      // What was refused to somebody without a name is asked for again.
      void queryClient.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
      return;
    case 'endpoints.save':
    case 'endpoints.remove':
      queryClient.setQueryData(queryKeys.endpoints, output as EndpointsView);
      return;
    case 'projects.create':
    case 'projects.open':
    case 'projects.openSample':
    case 'projects.restore':
    case 'projects.close':
      // Nothing cached of the old project may flash up under the new one's name.
      void queryClient.resetQueries({ predicate: ({ queryKey }) => !isOfProgram(queryKey[0]) });
      queryClient.setQueryData(queryKeys.project, path === 'projects.close' ? null : output);
      return;
    default:
      return;
  }
}

const switching = new Set(['projects.create', 'projects.open', 'projects.openSample', 'projects.restore', 'projects.close']);

function hideTroubles(): void {
  const { notifications: shown, queue } = notificationsStore.getState();
  for (const { id } of [...shown, ...queue]) if (id !== undefined && /^(?:error|notice):/.test(id)) notifications.hide(id);
}

const programKeys = new Set<unknown>([
  'system',
  'settings',
  'me',
  'people',
  'models',
  'model-downloads',
  'model-folder',
  'model-test-picture',
  'engines',
  'endpoints',
  'formats',
  'recent-projects',
]);

/** True for answers that do not depend on the open project. */
function isOfProgram(area: unknown): boolean {
  return programKeys.has(area);
}
