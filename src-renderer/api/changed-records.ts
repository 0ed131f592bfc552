import type { QueryClient } from '@tanstack/react-query';
import type { Events } from '#shared/contract/events.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import { type AnswerChange, changeOf } from './edits.ts';
import { queryKeys } from './query-keys.ts';

type Changed = Events['changed'];

/** The shots of a video with those that changed, in order; what did not change stays the same object. */
export function withChangedShots(shots: readonly Shot[], { changed, gone }: NonNullable<Changed['shots']>): Shot[] {
  const fresh = new Map(changed.map((shot) => [shot.id, shot]));
  const lost = new Set(gone);
  const kept = shots.filter(({ id }) => !lost.has(id)).map((shot) => {
    const now = fresh.get(shot.id) ?? shot;
    fresh.delete(shot.id);
    return now;
  });
  return fresh.size === 0 ? kept : [...kept, ...fresh.values()].sort((a, b) => a.startFrame - b.startFrame);
}

/** The current texts of a video with those that changed; one that is current no longer is not among them. */
export function withChangedTexts(texts: readonly Revision[], { changed, gone }: NonNullable<Changed['texts']>): Revision[] {
  const fresh = new Map(changed.filter(({ isCurrent }) => isCurrent).map((text) => [text.id, text]));
  const lost = new Set([...gone, ...changed.filter(({ isCurrent }) => !isCurrent).map(({ id }) => id)]);
  const kept = texts.filter(({ id }) => !lost.has(id)).map((text) => {
    const now = fresh.get(text.id) ?? text;
    fresh.delete(text.id);
    return now;
  });
  return [...kept, ...fresh.values()];
}

/**
 * The cached answer that an announcement mends by itself; null where it must be asked for anew. So it must while an answer to it is on
 * its way, for nobody knows whether that was given before the change.
 */
export function mendedAnswer(queryClient: QueryClient, { videoId, shots, texts }: Changed): AnswerChange | null {
  if (videoId === null) return null;
  if (shots !== undefined) return mended(queryClient, changeOf<Shot[]>(queryKeys.shots(videoId), (before) => withChangedShots(before, shots)));
  if (texts !== undefined) return mended(queryClient, changeOf<Revision[]>(queryKeys.texts(videoId), (before) => withChangedTexts(before, texts)));
  return null;
}

function mended(queryClient: QueryClient, change: AnswerChange): AnswerChange | null {
  return queryClient.isFetching({ queryKey: change.queryKey }) > 0 ? null : change;
}
