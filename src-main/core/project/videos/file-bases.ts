import { safeName, sameNameKey } from '#core/base/files/safe-name.ts';
import type { VideoId } from '#shared/domain/ids.ts';

interface NamedVideo {
  readonly id: VideoId;
  readonly name: string;
}

/** Leaves room for what stands behind: frames, a language, an extension. */
const MAX_BASE_BYTES = 200;

/**
 * What the names of files begin with that are made of each video: its own name without the extension (the clip id of Shot2Story), made safe and told
 * apart from the others: `holiday`, `holiday-2`. A name that a data set gave may be anything, and two files of one name may come from two folders.
 * `videos` in the project's order: those that are added later change nothing for the earlier ones, nor does it for the later ones, once they have theirs
 * (`given`), that an earlier one is taken out.
 */
export function fileBases(videos: readonly NamedVideo[], given: ReadonlyMap<VideoId, string> = new Map()): ReadonlyMap<VideoId, string> {
  const bases = new Map<VideoId, string>();
  const taken = new Set<string>();
  const take = (id: VideoId, base: string): boolean => {
    if (taken.has(sameNameKey(base))) return false;
    taken.add(sameNameKey(base));
    bases.set(id, base);
    return true;
  };
  const counts = new Map<string, number>();
  for (const { id } of videos) {
    const base = given.get(id);
    if (base !== undefined) take(id, base);
  }
  for (const { id, name } of videos) {
    if (bases.has(id)) continue;
    const base = ownBase(name);
    if (take(id, base)) continue;
    let count = counts.get(base) ?? 2;
    while (!take(id, `${base}-${count}`)) count++;
    counts.set(base, count + 1);
  }
  return bases;
}

/** What names of files that are made of a video begin with where no other video's do. */
export function ownBase(name: string): string {
  return safeName(name.replace(/\.[^.]+$/, ''), { keepsDash: true, fallback: 'video', maxBytes: MAX_BASE_BYTES });
}

/**
 * What each video is called in rows of data sets: its own name, unless an earlier video of the project has the same: then what files made of it begin with,
 * and its extension.
 */
export function fileNames(videos: readonly NamedVideo[], given: ReadonlyMap<VideoId, string> = new Map()): ReadonlyMap<VideoId, string> {
  const bases = fileBases(videos, given);
  const taken = new Set<string>();
  return new Map(
    videos.map(({ id, name }) => {
      const isFirst = !taken.has(sameNameKey(name));
      taken.add(sameNameKey(name));
      return [id, isFirst ? name : `${bases.get(id) ?? name}${/\.[^.]+$/.exec(name)?.[0] ?? ''}`];
    }),
  );
}
