import type { FrameClock } from '#shared/domain/time.ts';
import type { EditorStore } from '../../editing/editor-store.ts';
import { createStillLoader } from './still-loader.ts';
import { attachStillsPlayback } from './stills-playback.ts';

export interface ExactStillOptions {
  readonly image: HTMLImageElement;
  readonly store: EditorStore;
  readonly clock: FrameClock;
  readonly urlOf: (frame: number) => string;
  /** There is no `<video>` underneath: every frame is shown this way. */
  readonly isOnlyPicture: boolean;
}

/** Stepping quickly must not ask for every frame on the way. */
const SETTLE_MS = 120;

/**
 * Shows the frame at the playhead as the core decodes it, once the playhead rests: what is on screen at a cut is the true
 * frame, not what seeking in the browser made of it. `data-frame` names the frame that the picture shows. Returns its end.
 */
export function attachExactStill({ image, store, clock, urlOf, isOnlyPicture }: ExactStillOptions): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const isWanted = (frame: number): boolean => isOnlyPicture || (store.getState().rate === 0 && store.getState().frame === frame);
  const hide = (): void => {
    image.dataset['shown'] = 'false';
  };
  const stills = createStillLoader({
    urlOf,
    onLoaded(frame, url) {
      if (!isWanted(frame)) return;
      image.src = url;
      image.dataset['frame'] = String(frame);
      image.dataset['shown'] = 'true';
    },
  });

  function settle(): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      if (store.getState().rate === 0) stills.request(store.getState().frame);
    }, SETTLE_MS);
  }

  hide();
  if (!isOnlyPicture) settle();
  const detach = isOnlyPicture
    ? attachStillsPlayback({ store, clock, stills })
    : store.subscribe((state, before) => {
        if (state.frame === before.frame && state.rate === before.rate) return;
        hide();
        settle();
      });
  return () => {
    if (timer !== null) clearTimeout(timer);
    detach();
    stills.dispose();
  };
}

const STILL_WIDTHS = [480, 720, 960, 1280, 1920, 2560];

/** Width in device pixels to ask for: one of a few, so that the core's cache serves again after small changes of the window. */
export function stillWidth(image: HTMLElement, displayWidth: number): number {
  const wanted = (image.parentElement?.clientWidth ?? 640) * devicePixelRatio;
  const width = STILL_WIDTHS.find((candidate) => candidate >= wanted) ?? 2560;
  return Math.min(width, displayWidth);
}
