import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ShotId } from '#shared/domain/ids.ts';
import { type Revision, type SeenText, seenText, type TextKind } from '#shared/domain/text.ts';
import { createAutosave, type Autosave, type SaveState } from './autosave.ts';
import type { KeptWords, WordsShelf } from './words-shelf.ts';

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
 * there when their shot is opened again, and when the page is.
 */
export interface Drafts {
  readonly store: StoreApi<{ readonly byPlace: ReadonlyMap<string, Draft> }>;
  type(place: TextPlace, text: string): void;
  flush(place: TextPlace): Promise<void>;
  flushAll(): Promise<void>;
  /** After a conflict: the words go on top of what is there now. */
  keepMine(place: TextPlace): Promise<void>;
  /** After a conflict: what is there now stays; the words are kept beside it. Rejects, and keeps everything, when that cannot be stored. */
  takeTheirs(place: TextPlace): Promise<void>;
  /** Takes up what an earlier visit could not store. Call it when the texts are known. */
  restore(): void;
}

export interface DraftsParts {
  /** Stores the words as current. Rejects with `conflict` when the text is no longer as `seen` and somebody else wrote it. */
  readonly save: (place: TextPlace, text: string, seen: SeenText) => Promise<Revision | undefined>;
  readonly saveBeside: (place: TextPlace, text: string) => Promise<void>;
  /** The stored text as last received. */
  readonly current: (place: TextPlace) => Revision | undefined;
  readonly shelf: WordsShelf;
  /** Called when words begin or cease to wait for being stored. */
  readonly onUnsaved?: (words: UnsavedWords | null) => void;
}

/** Typed words that are not stored: `waiting` to be sent or answered, or `stuck` because that failed or somebody must decide. */
export type UnsavedWords = 'waiting' | 'stuck';

export function placeKey({ shotId, kind }: TextPlace): string {
  return `${kind}:${shotId ?? ''}`;
}

interface Box {
  readonly place: TextPlace;
  readonly autosave: Autosave;
  /** What stood there when the person began to write. */
  seen: SeenText;
}

export function createDrafts({ save, saveBeside, current, shelf, onUnsaved }: DraftsParts): Drafts {
  const store = createStore(() => ({ byPlace: new Map<string, Draft>() }));
  const boxes = new Map<string, Box>();

  function publish({ place, autosave }: Box): void {
    const byPlace = new Map(store.getState().byPlace);
    byPlace.set(placeKey(place), { text: autosave.pending(), state: autosave.state() });
    store.setState({ byPlace });
    shelf.write([...boxes.values()].flatMap(keptWords));
    onUnsaved?.(unsavedOf([...boxes.values()].map((box) => box.autosave)));
  }

  function boxOf(place: TextPlace): Box {
    const key = placeKey(place);
    const known = boxes.get(key);
    if (known !== undefined) return known;
    const box: Box = {
      place,
      seen: seenText(current(place)),
      autosave: createAutosave({
        async save(text) {
          const saved = await save(place, text, box.seen);
          if (saved !== undefined) box.seen = seenText(saved);
        },
        onState: () => publish(box),
      }),
    };
    boxes.set(key, box);
    return box;
  }

  return {
    store,
    type(place, text) {
      const box = boxOf(place);
      if (box.autosave.pending() === null) box.seen = seenText(current(place));
      box.autosave.type(text);
      publish(box);
    },
    flush: (place) => boxes.get(placeKey(place))?.autosave.flush() ?? Promise.resolve(),
    async flushAll() {
      await Promise.all([...boxes.values()].map(({ autosave }) => autosave.flush()));
    },
    async keepMine(place) {
      const box = boxOf(place);
      box.seen = seenText(current(place));
      await box.autosave.settle(true);
    },
    async takeTheirs(place) {
      const box = boxOf(place);
      const words = box.autosave.pending();
      if (words !== null && words.trim() !== '') await saveBeside(place, words);
      await box.autosave.settle(false);
    },
    restore() {
      for (const { seen, text, ...place } of shelf.read()) {
        const box = boxOf(place);
        if (box.autosave.pending() !== null) continue;
        const now = current(place);
        const { revisionId, digest } = seenText(now);
        box.seen = seen;
        // Also where it was the person themselves, in another window: old words never push new ones aside unasked.
        box.autosave.restore(text, now !== undefined && now.text !== text && (revisionId !== seen.revisionId || digest !== seen.digest));
      }
    },
  };
}

function unsavedOf(boxes: readonly Autosave[]): UnsavedWords | null {
  const unsaved = boxes.filter((box) => box.pending() !== null);
  if (unsaved.length === 0) return null;
  return unsaved.some((box) => box.state() === 'failed' || box.state() === 'conflict') ? 'stuck' : 'waiting';
}

function keptWords({ place, autosave, seen }: Box): KeptWords[] {
  const text = autosave.pending();
  return text === null ? [] : [{ ...place, text, seen }];
}
