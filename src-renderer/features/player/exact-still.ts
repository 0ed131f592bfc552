import type { FrameClock } from '#shared/domain/time.ts';
import type { EditorStore } from '../../editing/editor-store.ts';
import { createStillLoader, type StillTrouble } from './still-loader.ts';
import { attachStillsPlayback } from './stills-playback.ts';

export interface ExactStillOptions {
  readonly image: HTMLImageElement;
  readonly store: EditorStore;
  readonly clock: FrameClock;
  readonly urlOf: (frame: number) => string;
  /** There is no `<video>` underneath: every frame is shown this way. */
  readonly isOnlyPicture: boolean;
  /** Called with the frame that is shown from now on; null: the still is hidden. */
  readonly onPicture: (frame: number | null) => void;
  /** Why the frame at the playhead cannot be shown; null: it can. */
  readonly onTrouble: (trouble: StillTrouble | null) => void;
}

/** Stepping quickly must not ask for every frame on the way. */
const SETTLE_MS = 120;

/**
 * Shows the frame at the playhead as the core decodes it, once the playhead rests: what is on screen at a cut is the true
 * frame, not what seeking in the browser made of it. `data-frame` names the frame that the picture shows. Returns its end.
 */
export function attachExactStill({ image, store, clock, urlOf, isOnlyPicture, onPicture, onTrouble }: ExactStillOptions): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const isWanted = (frame: number): boolean => {
    const { rate, frame: here } = store.getState();
    return rate === 0 ? here === frame : isOnlyPicture;
  };
  const hide = (): void => {
    image.dataset['shown'] = 'false';
    onPicture(null);
  };

  async function show(frame: number, url: string): Promise<void> {
    if (!isWanted(frame)) return;
    // Under its new address an image still shows the old picture until the new one is decoded.
    if (!isOnlyPicture) hide();
    image.src = url;
    await image.decode();
    if (!isWanted(frame) || !image.src.endsWith(url)) return;
    image.dataset['frame'] = String(frame);
    image.dataset['shown'] = 'true';
    onTrouble(null);
    // Played as single pictures, the playhead is where the pictures are.
    if (store.getState().rate !== 0) store.actions.reportFrame(frame);
    onPicture(frame);
  }

  const stills = createStillLoader({
    urlOf,
    // Overtaken by the next picture: nothing to say.
    onLoaded: (frame, url) => void show(frame, url).catch(() => undefined),
    onFailed: (trouble) => {
      if (isWanted(trouble.frame)) onTrouble(trouble);
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
        onTrouble(null);
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
