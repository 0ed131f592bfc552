import { assertNever } from '#shared/assert.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';

/** Where one can be. The address is the hash, so that it works under `shotluck://`, `http://` and a reload alike. */
export type Route =
  | { readonly page: 'library' }
  | { readonly page: 'editor'; readonly videoId: VideoId; readonly shotId: ShotId | null }
  | { readonly page: 'models' }
  | { readonly page: 'history' };

/** Reads `location.hash`; anything unknown or malformed is the library. */
export function parseRoute(hash: string): Route {
  const url = new URL(hash.replace(/^#/, '') || '/', 'route://x');
  const [area, id] = url.pathname.split('/').filter((part) => part !== '');
  switch (area) {
    case 'video': {
      const videoId = VideoId.safeParse(id);
      if (!videoId.success) return { page: 'library' };
      const shotId = ShotId.safeParse(url.searchParams.get('shot'));
      return { page: 'editor', videoId: videoId.data, shotId: shotId.success ? shotId.data : null };
    }
    case 'models':
      return { page: 'models' };
    case 'history':
      return { page: 'history' };
    case undefined:
    default:
      return { page: 'library' };
  }
}

/** The address of a route, for links: `#/video/<id>?shot=<id>`. */
export function routeHref(route: Route): string {
  switch (route.page) {
    case 'library':
      return '#/';
    case 'editor':
      return `#/video/${route.videoId}${route.shotId === null ? '' : `?shot=${route.shotId}`}`;
    case 'models':
    case 'history':
      return `#/${route.page}`;
    default:
      return assertNever(route);
  }
}
