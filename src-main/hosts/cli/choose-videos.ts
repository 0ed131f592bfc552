import type { Core } from '#core/create-core.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoListItem } from '#shared/domain/video.ts';

/**
 * The videos of the project with these names; all of them when none is given.
 * @throws AppError `not-found` naming those that are not there
 */
export function chooseVideos(core: Core, names: readonly string[]): VideoListItem[] {
  const all = core.services.videos.list();
  const unknown = names.filter((name) => !all.some((video) => video.name === name));
  if (unknown.length > 0) throw new AppError('not-found', `Not in this project: ${unknown.join(', ')}. It has: ${all.map((video) => video.name).join(', ') || 'no videos'}.`);
  return names.length === 0 ? all : all.filter((video) => names.includes(video.name));
}
