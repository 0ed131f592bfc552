import type { QueryClient } from '@tanstack/react-query';
import type { Events } from '#shared/contract/events.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import { type AnswerChange, changeOf } from './edits.ts';
import { queryKeys } from './query-keys.ts';

type Changed = Events['changed'];

/** The shots of a video with those that changed, in order; what did not change stays the same object. */
export function withChangedShots(shots: readonly Shot[], { changed, gone }: NonNullable<Changed['shots']>): Shot[] {
  const { kept, added } = merged(shots, changed, gone);
  return added.length === 0 ? kept : [...kept, ...added].sort((a, b) => a.startFrame - b.startFrame);
}

/** The current texts of a video with those that changed; one that is current no longer is not among them. */
export function withChangedTexts(texts: readonly Revision[], { changed, gone }: NonNullable<Changed['texts']>): Revision[] {
  const current = changed.filter(({ isCurrent }) => isCurrent);
  const past = changed.filter(({ isCurrent }) => !isCurrent).map(({ id }) => id);
  const { kept, added } = merged(texts, current, [...gone, ...past]);
  return [...kept, ...added];
}

/** Records that were there, as they are now, in their order; and those that were not. Of a hundred thousand, one may have changed. */
export function merged<T extends { readonly id: string }>(
  before: readonly T[],
  changed: readonly T[],
  gone: readonly T['id'][],
): { readonly kept: T[]; readonly added: T[] } {
  const fresh = new Map<string, T>(changed.map((record) => [record.id, record]));
  const lost = new Set<string>(gone);
  const kept: T[] = [];
  for (const record of before) {
    const now = fresh.get(record.id);
    if (now !== undefined) fresh.delete(record.id);
    if (!lost.has(record.id)) kept.push(now ?? record);
  }
  return { kept, added: [...fresh.values()] };
}

/**
 * The cached answer that an announcement mends by itself; null where it must be asked for anew. So it must while an answer to it is on
 * its way, for nobody knows whether that was given before the change.
 */
export function mendedAnswer(queryClient: QueryClient, { videoId, shots, texts }: Changed): AnswerChange | null {
  if (videoId === null) return null;
  if (shots !== undefined)
    return mended(
      queryClient,
      changeOf<Shot[]>(queryKeys.shots(videoId), (before) => withChangedShots(before, shots)),
    );
  if (texts !== undefined)
    return mended(
      queryClient,
      changeOf<Revision[]>(queryKeys.texts(videoId), (before) => withChangedTexts(before, texts)),
    );
  return null;
}

function mended(queryClient: QueryClient, change: AnswerChange): AnswerChange | null {
  return queryClient.isFetching({ queryKey: change.queryKey }) > 0 ? null : change;
}
