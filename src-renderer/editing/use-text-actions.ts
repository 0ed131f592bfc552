import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RevisionId, VideoId } from '#shared/domain/ids.ts';
import type { Revision, RevisionStatus } from '#shared/domain/text.ts';
import { useCore } from '../api/core-context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useShowError } from '../api/use-show-error.ts';
import type { TextPlace } from './drafts.ts';

/** What can be done to the texts of a video. Failures are shown; the promise then rejects. */
export interface TextActions {
  save(place: TextPlace, text: string): Promise<void>;
  setStatus(revisionIds: readonly RevisionId[], status: RevisionStatus): Promise<void>;
  choose(revisionId: RevisionId): Promise<void>;
  confirmFresh(revisionIds: readonly RevisionId[]): Promise<void>;
  /** The current text as last heard. */
  current(place: TextPlace): Revision | undefined;
}

export function useTextActions(videoId: VideoId): TextActions {
  const { api } = useCore();
  const queryClient = useQueryClient();
  const showError = useShowError();
  return useMemo(() => {
    async function run(call: () => Promise<readonly Revision[]>): Promise<void> {
      try {
        await writeRevisions(queryClient, videoId, await call());
      } catch (error) {
        showError(error);
        throw error;
      }
    }
    return {
      save: (place, text) => run(async () => [await api.texts.edit({ videoId, ...place, text })]),
      setStatus: (revisionIds, status) => run(() => api.texts.setStatus({ revisionIds: [...revisionIds], status })),
      choose: (revisionId) => run(async () => [await api.texts.choose({ revisionId })]),
      confirmFresh: (revisionIds) => run(() => api.texts.confirmFresh({ revisionIds: [...revisionIds] })),
      current: (place) => queryClient.getQueryData<Revision[]>(queryKeys.texts(videoId))?.find((revision) => isAt(revision, place)),
    };
  }, [api, queryClient, showError, videoId]);
}

const isAt = (revision: Revision, { shotId, kind }: TextPlace): boolean => revision.shotId === shotId && revision.kind === kind;

/**
 * Puts the core's answer into the cache at once: a box must not fall back to the old words while they are asked again. A list
 * that is under way is older than the answer and is dropped.
 */
async function writeRevisions(queryClient: QueryClient, videoId: VideoId, revisions: readonly Revision[]): Promise<void> {
  const queryKey = queryKeys.texts(videoId);
  await queryClient.cancelQueries({ queryKey });
  queryClient.setQueryData<Revision[]>(queryKey, (known) => {
    if (known === undefined) return known;
    const current = revisions.filter((revision) => revision.isCurrent);
    return [...known.filter((old) => !current.some((fresh) => isAt(fresh, old))), ...current];
  });
}
