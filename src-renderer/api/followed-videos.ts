import type { VideoId } from '#shared/domain/ids.ts';
import { byPlace, type VideoListItem, type VideoListPart } from '#shared/domain/video.ts';
import { merged } from './changed-records.ts';

/** The list of videos as far as it is known here. */
export interface FollowedVideos {
  readonly videos: VideoListItem[];
  /** Says to the core how far that is. */
  readonly mark: string;
  /** False while the list comes for the first time, part by part. */
  readonly isWhole: boolean;
}

interface Following {
  ask(mark: string | null): Promise<VideoListPart>;
  onProgress(list: FollowedVideos): void;
}

/** Who looks at the list sees this often how far it has come: each time it is filtered and sorted. */
const PROGRESS_MS = 500;

/**
 * The list as it is now, for who knew it `before`: only what has changed is asked for. A first part is shown at once. A list that begins anew where there is a whole one
 * takes its place when it is whole, so that nothing jumps.
 */
export async function followVideos(before: FollowedVideos | undefined, { ask, onProgress }: Following): Promise<FollowedVideos> {
  let list = before;
  let shownMs = before === undefined ? Number.NEGATIVE_INFINITY : performance.now();
  for (;;) {
    // Each part says from where the next one goes on.
    // oxlint-disable-next-line no-await-in-loop
    const part = await ask(list?.mark ?? null);
    list = withPart(list, part);
    if (!part.isMore) return { ...list, isWhole: true };
    const hidesWhole = before?.isWhole === true && !list.isWhole;
    if (hidesWhole || performance.now() - shownMs < PROGRESS_MS) continue;
    shownMs = performance.now();
    onProgress(list);
  }
}

/** What did not change stays the same object. */
function withPart(list: FollowedVideos | undefined, { isAnew, videos, gone, mark }: VideoListPart): FollowedVideos {
  if (isAnew || list === undefined) return { videos, mark, isWhole: false };
  return { ...list, videos: inPlace(merged<VideoListItem>(list.videos, videos, gone satisfies VideoId[])), mark };
}

function inPlace({ kept, added }: { readonly kept: VideoListItem[]; readonly added: VideoListItem[] }): VideoListItem[] {
  if (added.length === 0) return kept;
  const [last, first] = [kept.at(-1), added[0]];
  const together = [...kept, ...added];
  return last === undefined || first === undefined || byPlace(last, first) < 0 ? together : together.sort(byPlace);
}
