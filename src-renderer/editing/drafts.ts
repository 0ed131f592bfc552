import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ShotId } from '#shared/domain/ids.ts';
import type { TextKind } from '#shared/domain/text.ts';
import { createAutosave, type Autosave, type SaveState } from './autosave.ts';

/** One text of a video: a shot's caption of a kind, or the summary (no shot). */
export interface TextPlace {
  readonly shotId: ShotId | null;
  readonly kind: TextKind;
}

/** What a box shows beside the stored text. */
export interface Draft {
  /** Typed and not yet stored; null: the stored text is the newest. */
  readonly text: string | null;
  readonly state: SaveState;
}

/**
 * The words typed into the boxes of one editor page, each saved by itself. They outlive the boxes: words whose saving failed are still
 * there when their shot is opened again.
 */
export interface Drafts {
  readonly store: StoreApi<{ readonly byPlace: ReadonlyMap<string, Draft> }>;
  type(place: TextPlace, text: string): void;
  flush(place: TextPlace): Promise<void>;
  flushAll(): Promise<void>;
}

export function placeKey({ shotId, kind }: TextPlace): string {
  return `${kind}:${shotId ?? ''}`;
}

export function createDrafts(save: (place: TextPlace, text: string) => Promise<unknown>): Drafts {
  const store = createStore(() => ({ byPlace: new Map<string, Draft>() }));
  const autosaves = new Map<string, Autosave>();

  function publish(place: TextPlace, autosave: Autosave): void {
    const byPlace = new Map(store.getState().byPlace);
    byPlace.set(placeKey(place), { text: autosave.pending(), state: autosave.state() });
    store.setState({ byPlace });
  }

  function autosaveOf(place: TextPlace): Autosave {
    const key = placeKey(place);
    const known = autosaves.get(key);
    if (known !== undefined) return known;
    const autosave: Autosave = createAutosave({ save: (text) => save(place, text), onState: () => publish(place, autosave) });
    autosaves.set(key, autosave);
    return autosave;
  }

  return {
    store,
    type(place, text) {
      const autosave = autosaveOf(place);
      autosave.type(text);
      publish(place, autosave);
    },
    flush: (place) => autosaves.get(placeKey(place))?.flush() ?? Promise.resolve(),
    async flushAll() {
      await Promise.all([...autosaves.values()].map((autosave) => autosave.flush()));
    },
  };
}
