import { z } from 'zod';
import type { VideoId } from '#shared/domain/ids.ts';
import type { EditorStore, RememberedPlace } from '../../editing/editor-store.ts';

const Place = z.object({ frame: z.int().nonnegative(), view: z.object({ startFrame: z.number(), framesPerPixel: z.number().positive() }) });

const keyOf = (videoId: VideoId): string => `shotluck.place.${videoId}`;

/** Where this video was left; null at the first visit, or where the browser keeps nothing. */
export function recallPlace(storage: Storage, videoId: VideoId): RememberedPlace | null {
  try {
    const place = Place.safeParse(JSON.parse(storage.getItem(keyOf(videoId)) ?? 'null'));
    return place.success ? place.data : null;
  } catch {
    // Unreadable means that there is nothing to go back to: the video opens at its beginning.
    return null;
  }
}

const WRITE_EVERY_MS = 1000;

/** Notes the place about once a second while it moves, and when the page goes away, so that the video opens where it was. Returns its end. */
export function rememberPlace(storage: Storage, store: EditorStore, page: EventTarget): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;

  function write(): void {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    const { videoId, frame, view } = store.getState();
    try {
      storage.setItem(keyOf(videoId), JSON.stringify({ frame, view }));
    } catch {
      // A full or forbidden storage costs the comfort of coming back, nothing else.
    }
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.frame !== before.frame || state.view !== before.view) timer ??= setTimeout(write, WRITE_EVERY_MS);
  });
  page.addEventListener('pagehide', write);
  return () => {
    unsubscribe();
    page.removeEventListener('pagehide', write);
    write();
  };
}
