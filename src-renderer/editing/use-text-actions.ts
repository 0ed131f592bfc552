import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AppError } from '#shared/contract/errors.ts';
import type { RevisionId, VideoId } from '#shared/domain/ids.ts';
import { type Revision, type RevisionStatus, type SeenText, seenText } from '#shared/domain/text.ts';
import { useCore } from '../api/core-context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useShowError } from '../api/use-show-error.ts';
import type { TextPlace } from './drafts.ts';

/** What can be done to the texts of a video. Failures are shown, conflicts of `save` excepted; the promise then rejects. */
export interface TextActions {
  save(place: TextPlace, text: string, seen: SeenText): Promise<Revision | undefined>;
  /** Keeps words as a revision that is not current. */
  saveBeside(place: TextPlace, text: string): Promise<void>;
  setStatus(revisionIds: readonly RevisionId[], status: RevisionStatus): Promise<void>;
  choose(revision: Revision): Promise<void>;
  confirmFresh(revisionIds: readonly RevisionId[]): Promise<void>;
  /** The current text as last heard. */
  current(place: TextPlace): Revision | undefined;
}

export function useTextActions(videoId: VideoId): TextActions {
  const { api } = useCore();
  const queryClient = useQueryClient();
  const showError = useShowError();
  return useMemo(() => {
    const queryKey = queryKeys.texts(videoId);
    const known = (): readonly Revision[] => queryClient.getQueryData<Revision[]>(queryKey) ?? [];
    const current = (place: TextPlace): Revision | undefined => known().find((revision) => isAt(revision, place));
    /** What the person has before them of these. */
    const seenOf = (revisionIds: readonly RevisionId[]): SeenText[] => known().filter(({ id }) => revisionIds.includes(id)).map(seenText);

    async function run(call: () => Promise<readonly Revision[]>): Promise<readonly Revision[]> {
      try {
        const revisions = await call();
        await writeRevisions(queryClient, videoId, revisions);
        return revisions;
      } catch (error) {
        showError(error);
        throw error;
      }
    }
    return {
      async save(place, text, seen) {
        try {
          const revision = await api.texts.edit({ videoId, ...place, text, seen });
          await writeRevisions(queryClient, videoId, [revision]);
          return revision;
        } catch (error) {
          // The box shows both versions; for that, the other one must be there.
          if (error instanceof AppError && error.code === 'conflict') await queryClient.invalidateQueries({ queryKey });
          else showError(error);
          throw error;
        }
      },
      saveBeside: async (place, text) => void (await run(async () => [await api.texts.edit({ videoId, ...place, text, isBeside: true })])),
      setStatus: async (revisionIds, status) => void (await run(() => api.texts.setStatus({ revisionIds: [...revisionIds], status, seen: seenOf(revisionIds) }))),
      choose: async ({ id, shotId, kind }) => void (await run(async () => [await api.texts.choose({ revisionId: id, seen: seenText(current({ shotId, kind })) })])),
      confirmFresh: async (revisionIds) => void (await run(() => api.texts.confirmFresh({ revisionIds: [...revisionIds], seen: seenOf(revisionIds) }))),
      current,
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
