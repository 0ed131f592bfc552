import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { MAX_TEXT_LENGTH, type Revision, type RevisionStatus, type SeenText, seenText } from '#shared/domain/text.ts';
import { words } from '#shared/words/words.ts';
import { useCore, useEdits } from '../api/core-context.tsx';
import { changeOf, type AnswerChange } from '../api/edits.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useRunEdit } from '../api/use-run-edit.ts';
import { useShowError } from '../api/use-show-error.ts';
import { placeKey, type TextPlace } from './drafts.ts';
import { memoLast } from './memo-last.ts';

/** What can be done to the texts of a video. The screen shows it at once; failures are shown, conflicts of `save` excepted, and the promise then rejects. */
export interface TextActions {
  save(place: TextPlace, text: string, seen: SeenText): Promise<Revision | undefined>;
  /** Keeps words as a revision that is not current. */
  saveBeside(place: TextPlace, text: string): Promise<void>;
  /** Judges the current texts of some places; not before `after` is settled, e.g. the saving of the words that are judged. */
  setStatus(places: readonly TextPlace[], status: RevisionStatus, after?: Promise<unknown>): Promise<void>;
  choose(revision: Revision): Promise<void>;
  confirmFresh(revision: Revision): Promise<void>;
  /** The current text as the screen shows it. */
  current(place: TextPlace): Revision | undefined;
}

export function useTextActions(videoId: VideoId): TextActions {
  const { api } = useCore();
  const queryClient = useQueryClient();
  const runEdit = useRunEdit();
  const edits = useEdits();
  const showError = useShowError();
  return useMemo(() => {
    const queryKey = queryKeys.texts(videoId);
    const byPlace = memoLast((texts: readonly Revision[] | undefined) => new Map(texts?.map((text) => [placeKey(text), text])));
    const current = (place: TextPlace): Revision | undefined =>
      byPlace(queryClient.getQueryData<Revision[]>(queryKey)).get(placeKey(place));
    const change = (changed: (texts: readonly Revision[]) => Revision[]): AnswerChange[] => [changeOf<Revision[]>(queryKey, changed)];
    /** The core's answer is put into the cache at once: a box must not fall back to the old words while they are asked again. */
    const learns = (revisions: readonly Revision[]): AnswerChange[] => change((texts) => withCurrent(texts, revisions));
    return {
      async save(place, text, seen) {
        // The box says so, and by how much; it is stored as soon as it is short enough.
        if (text.length > MAX_TEXT_LENGTH) throw new AppError('invalid-input', words('wire.textTooLong', { limit: MAX_TEXT_LENGTH }));
        try {
          const [revision] = await edits.run({
            send: async () => [await api.texts.edit({ videoId, ...place, text, seen })],
            learns,
            mayOvertake: true,
          });
          return revision;
        } catch (error) {
          // The box shows both versions; for that, the other one must be there.
          if (error instanceof AppError && error.code === 'conflict') await queryClient.invalidateQueries({ queryKey });
          // Sent again by itself once the studio is back; until then the box says that its words are kept.
          else if (!isCancelled(error) && !(error instanceof AppError && error.code === 'disconnected')) showError(error);
          throw error;
        }
      },
      async saveBeside(place, text) {
        await runEdit({ send: async () => [await api.texts.edit({ videoId, ...place, text, isBeside: true })], learns });
      },
      async setStatus(places, status, after) {
        const onScreen = (): Revision[] => places.map(current).filter((revision) => revision !== undefined);
        const before = onScreen();
        await runEdit({
          shows: change((texts) => judged(texts, places, status)),
          send: async () => {
            // What is judged is what the person had before them, or the words in the box once they are stored.
            const revisions = after === undefined ? before : onScreen();
            return revisions.length === 0
              ? []
              : api.texts.setStatus({ revisionIds: revisions.map(({ id }) => id), status, seen: revisions.map(seenText) });
          },
          learns,
          ...(after !== undefined && { after }),
        });
      },
      async choose(revision) {
        const seen = seenText(current(revision));
        await runEdit({
          shows: change((texts) => withCurrent(texts, [{ ...revision, isCurrent: true }])),
          send: async () => [await api.texts.choose({ revisionId: revision.id, seen })],
          learns,
        });
      },
      async confirmFresh(revision) {
        await runEdit({
          shows: change((texts) => texts.map((text) => (text.id === revision.id ? { ...text, staleReason: null } : text))),
          send: () => api.texts.confirmFresh({ revisionIds: [revision.id], seen: [seenText(revision)] }),
          learns,
        });
      },
      current,
    };
  }, [api, edits, queryClient, runEdit, showError, videoId]);
}

/** The list with other revisions in the places of the ones that were current there. */
function withCurrent(texts: readonly Revision[], revisions: readonly Revision[]): Revision[] {
  const fresh = new Map(revisions.filter((revision) => revision.isCurrent).map((revision) => [placeKey(revision), revision]));
  const kept = texts.map((text) => {
    const replacement = fresh.get(placeKey(text));
    fresh.delete(placeKey(text));
    return replacement ?? text;
  });
  return [...kept, ...fresh.values()];
}

/** As the core does it: accepting a text also says that it fits what it describes now. */
function judged(texts: readonly Revision[], places: readonly TextPlace[], status: RevisionStatus): Revision[] {
  const wanted = new Set(places.map(placeKey));
  return texts.map((text) => {
    if (!wanted.has(placeKey(text))) return text;
    return { ...text, status, staleReason: status === 'accepted' ? null : text.staleReason };
  });
}
