import { assertNever } from '#shared/assert.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import { FrameIndex } from '#shared/domain/time.ts';

/** Where one can be. The address is the hash, so that it works under `shotluck://`, `http://` and a reload alike. */
export type Route =
  | { readonly page: 'library' }
  | { readonly page: 'editor'; readonly videoId: VideoId; readonly shotId: ShotId | null; readonly frame?: number }
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
      const frame = FrameIndex.safeParse(Number(url.searchParams.get('frame') || Number.NaN));
      return {
        page: 'editor',
        videoId: videoId.data,
        shotId: shotId.success ? shotId.data : null,
        ...(frame.success && { frame: frame.data }),
      };
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

/** The address of a route, for links: `#/video/<id>?shot=<id>&frame=<number>`. */
export function routeHref(route: Route): string {
  switch (route.page) {
    case 'library':
      return '#/';
    case 'editor':
      return `#/video/${route.videoId}${queryOf({ shot: route.shotId, frame: route.frame ?? null })}`;
    case 'models':
    case 'history':
      return `#/${route.page}`;
    default:
      return assertNever(route);
  }
}

function queryOf(values: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
