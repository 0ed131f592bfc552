import { statSync } from 'node:fs';
import path from 'node:path';
import type { Core } from '#core/app/create-core.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';

/**
 * The videos of the project that are meant by these, each a name, what files made of the video are called, or the path of its file, by whatever way or
 * name; all of them when none is given.
 * @throws AppError `not-found` naming those that are not there, `invalid-input` for a name that several have
 */
export async function chooseVideos(core: Core, wanted: readonly string[]): Promise<VideoListItem[]> {
  const { videos } = core.services;
  const all = videos.list();
  if (wanted.length === 0) return all;
  const paths = videos.paths();
  const fileNames = videos.fileNames();
  const meant = new Set<VideoListItem>();
  const unknown: string[] = [];
  for (const word of wanted) {
    const byPath = all.filter(({ id }) => paths.get(id) === path.resolve(word));
    const byName = all.filter(({ name }) => name === word);
    const byFileName = all.filter(({ id }) => fileNames.get(id) === word);
    const found = byPath.length > 0 ? byPath : byName.length > 0 ? byName : byFileName;
    const [only = await byContent(core, all, word), ...others] = found;
    if (only === undefined) unknown.push(word);
    else if (others.length > 0)
      throw ambiguous(
        word,
        found.map(({ id }) => paths.get(id) ?? fileNames.get(id) ?? ''),
      );
    else meant.add(only);
  }
  if (unknown.length > 0)
    throw new AppError(
      'not-found',
      all.length === 0
        ? words('hosts.notInEmptyProject', { names: unknown.join(', ') })
        : words('hosts.notInProject', { names: unknown.join(', '), videos: all.map((video) => video.name).join(', ') }),
    );
  return all.filter((video) => meant.has(video));
}

/** A file that was renamed, or is reached by a link, is the video that it was. */
async function byContent({ services: { videos } }: Core, all: readonly VideoListItem[], word: string): Promise<VideoListItem | undefined> {
  const file = path.resolve(word);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const videoId = await videos.findFile(file);
  return all.find(({ id }) => id === videoId);
}

function ambiguous(word: string, places: readonly string[]): AppError {
  return new AppError('invalid-input', words('hosts.sameNames', { count: places.length, name: word, places: places.join(', ') }));
}
