import { createFreeNames } from '#core/base/files/free-names.ts';
import { safeName, sameNameKey } from '#core/base/files/safe-name.ts';
import type { VideoId } from '#shared/domain/ids.ts';

interface NamedVideo {
  readonly id: VideoId;
  readonly name: string;
}

/** Leaves room for what stands behind: frames, a language, an extension. */
const MAX_BASE_BYTES = 200;

/**
 * What the names of files begin with that are made of each video: its own name without the extension (the clip id of Shot2Story), made safe and kept
 * apart from the others: `holiday`, `holiday-2`. A name that a data set gave may be anything, and two files of one name may come from two folders.
 * Nor is a video called as a clip of another: beside `walk`, `walk_0_39` becomes `walk_0_39-2`.
 * `videos` in the project's order: those that are added later change nothing for the earlier ones, nor does it for the later ones, once they have theirs
 * (`given`), that an earlier one is taken out.
 */
export function fileBases(videos: readonly NamedVideo[], given: ReadonlyMap<VideoId, string> = new Map()): ReadonlyMap<VideoId, string> {
  const bases = new Map<VideoId, string>();
  const names = createFreeNames();
  /** Names whose clips could be called as a video is that was there before. */
  const takenByClips = new Set<string>();
  const give = (id: VideoId, base: string): void => {
    const parent = videoOfClip(sameNameKey(base));
    if (parent !== null) takenByClips.add(parent);
    bases.set(id, base);
  };
  const isFree = (base: string): boolean => {
    const key = sameNameKey(base);
    return !takenByClips.has(key) && !names.hasKey(videoOfClip(key) ?? '');
  };
  for (const { id } of videos) {
    const base = given.get(id);
    if (base !== undefined && names.take(base)) give(id, base);
  }
  for (const { id, name } of videos) {
    if (bases.has(id)) continue;
    const base = ownBase(name);
    give(id, isFree(base) ? names.takeFree(base) : names.takeNumbered(base));
  }
  return bases;
}

/** `walk` for `walk_0_39`. */
function videoOfClip(base: string): string | null {
  return /^(.+)_\d+_\d+$/su.exec(base)?.[1] ?? null;
}

/** What names of files that are made of a video begin with where no other video's do. */
export function ownBase(name: string): string {
  return safeName(name.replace(/\.[^.]+$/, ''), { keepsDash: true, fallback: 'video', maxBytes: MAX_BASE_BYTES });
}

/**
 * What each video is called in rows of data sets: its own name, unless an earlier video of the project, or a clip of another one, has the same: then what
 * files made of it begin with, and its extension.
 */
export function fileNames(
  videos: readonly NamedVideo[],
  given: ReadonlyMap<VideoId, string> = new Map(),
  bases = fileBases(videos, given),
): ReadonlyMap<VideoId, string> {
  const baseKeys = new Set([...bases.values()].map(sameNameKey));
  const taken = new Set<string>();
  return new Map(
    videos.map(({ id, name }) => {
      const base = ownBase(name);
      const isOfClip = bases.get(id) !== base && baseKeys.has(videoOfClip(sameNameKey(base)) ?? '');
      const isOwn = !isOfClip && !taken.has(sameNameKey(name));
      taken.add(sameNameKey(name));
      return [id, isOwn ? name : `${bases.get(id) ?? name}${/\.[^.]+$/.exec(name)?.[0] ?? ''}`];
    }),
  );
}
