import { assertNever } from '#shared/assert.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem } from '#shared/domain/video.ts';

export const videoFilters = ['all', 'todo', 'reviewed', 'problems'] as const;
export type VideoFilter = (typeof videoFilters)[number];
export type SortKey = 'position' | 'name' | 'length' | 'shots' | 'review';

export interface LibraryView {
  readonly text: string;
  readonly filter: VideoFilter;
  readonly sortKey: SortKey;
  readonly isDescending: boolean;
}

/** Share of the shots whose caption was accepted, 0..1; 0 without shots. */
function reviewedFraction(video: Pick<VideoListItem, 'shotCount' | 'acceptedCount'>): number {
  return video.shotCount === 0 ? 0 : Math.min(1, video.acceptedCount / video.shotCount);
}

function passes(video: VideoListItem, filter: VideoFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'todo':
      return video.state === 'ok' && reviewedFraction(video) < 1;
    case 'reviewed':
      return video.state === 'ok' && reviewedFraction(video) === 1;
    case 'problems':
      return video.state === 'missing' || video.state === 'corrupt' || video.flaggedCount > 0;
    default:
      return assertNever(filter);
  }
}

const sortValue: Readonly<Record<Exclude<SortKey, 'name'>, (video: VideoListItem) => number>> = {
  position: (video) => video.position,
  length: (video) => video.probe?.durationUs ?? 0,
  shots: (video) => video.shotCount,
  review: reviewedFraction,
};

function comparison(sortKey: SortKey): (a: VideoListItem, b: VideoListItem) => number {
  if (sortKey !== 'name') return (a, b) => sortValue[sortKey](a) - sortValue[sortKey](b);
  // "clip 10" after "clip 9", as people count. One for all: `localeCompare` would make one for each pair of a hundred thousand names.
  const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return (a, b) => compare(a.name, b.name);
}

/** What the library shows, in its order; equals keep the order of the project. */
export function viewVideos(videos: readonly VideoListItem[], view: LibraryView): VideoListItem[] {
  const words = view.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const direction = view.isDescending ? -1 : 1;
  const compare = comparison(view.sortKey);
  return videos
    .filter((video) => passes(video, view.filter) && words.every((word) => video.name.toLowerCase().includes(word)))
    .toSorted((a, b) => direction * compare(a, b) || a.position - b.position);
}

/** Parts of the review bar as shares of all shots; they never sum to more than 1. */
export function reviewShares(video: Pick<VideoListItem, 'shotCount' | 'captionedCount' | 'acceptedCount' | 'flaggedCount'>) {
  const { shotCount, captionedCount, acceptedCount, flaggedCount } = video;
  if (shotCount === 0) return { accepted: 0, flagged: 0, captioned: 0 };
  const accepted = Math.min(acceptedCount, shotCount);
  const flagged = Math.min(flaggedCount, shotCount - accepted);
  const captioned = Math.max(0, Math.min(captionedCount, shotCount) - accepted - flagged);
  return { accepted: accepted / shotCount, flagged: flagged / shotCount, captioned: captioned / shotCount };
}

export interface Selection {
  readonly ids: ReadonlySet<VideoId>;
  /** Where a range begins that Shift extends. */
  readonly anchorId: VideoId | null;
}

export const emptySelection: Selection = { ids: new Set(), anchorId: null };

export interface SelectionClick {
  readonly videoId: VideoId;
  /** Ctrl, Cmd or the check box: adds or takes away one. */
  readonly isToggle: boolean;
  /** Shift: everything from the anchor to here. */
  readonly isRange: boolean;
}

/** The selection after a click, as file managers do it. `order`: ids as they are on screen. */
export function selectByClick(selection: Selection, order: readonly VideoId[], { videoId, isToggle, isRange }: SelectionClick): Selection {
  if (isRange && selection.anchorId !== null) {
    const from = order.indexOf(selection.anchorId);
    const to = order.indexOf(videoId);
    if (from !== -1 && to !== -1) {
      const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
      return { ids: new Set([...(isToggle ? selection.ids : []), ...range]), anchorId: selection.anchorId };
    }
  }
  if (!isToggle) return { ids: new Set([videoId]), anchorId: videoId };
  const ids = new Set(selection.ids);
  if (!ids.delete(videoId)) ids.add(videoId);
  return { ids, anchorId: videoId };
}

/** The selection without videos that are gone or filtered out: no command may work on what one does not see. */
export function visibleSelection(selection: Selection, order: readonly VideoId[]): VideoId[] {
  return order.filter((videoId) => selection.ids.has(videoId));
}
