import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FileGrant } from '#shared/contract/host-api.ts';
import type { FormatGroup } from '#shared/contract/views.ts';
import type { ProjectRef, VideoId } from '#shared/domain/ids.ts';
import type { UnsavedWords } from '../editing/drafts.ts';

export type SettingsSection = 'general' | 'shots' | 'speech' | 'captions' | 'summaries' | 'endpoints' | 'people' | 'about';

/** The one dialog that is open. */
export type OpenDialog =
  | { readonly name: 'new-project' }
  | { readonly name: 'settings'; readonly section?: SettingsSection }
  | { readonly name: 'shortcuts' }
  /** `file`: one that was dropped. */
  | { readonly name: 'import-dataset'; readonly file?: FileGrant }
  /** Of the project that is open, or of one that cannot be opened. */
  | { readonly name: 'backups'; readonly project: ProjectRef; readonly title: string }
  | { readonly name: 'export'; readonly group?: FormatGroup }
  | { readonly name: 'divide' }
  | { readonly name: 'transcribe'; readonly videoId: VideoId }
  /** `videoIds` null: the whole project. */
  | { readonly name: 'archive' }
  | { readonly name: 'clips'; readonly videoIds: readonly VideoId[] | null };

/** What lies over the pages; where one is lies in the address (`routes.ts`). */
export interface UiState {
  readonly dialog: OpenDialog | null;
  readonly isQueueOpen: boolean;
  /** Typed words that are not stored, by video; they outlive the page of their video. */
  readonly unsavedWords: ReadonlyMap<VideoId, UnsavedWords>;
  openDialog(dialog: OpenDialog): void;
  closeDialog(): void;
  setQueueOpen(isOpen: boolean): void;
  setUnsavedWords(videoId: VideoId, words: UnsavedWords | null): void;
}

export type UiStore = StoreApi<UiState>;

/** @param shelved videos with words that an earlier visit could not store */
export function createUiStore(shelved: readonly VideoId[] = []): UiStore {
  return createStore<UiState>((set) => ({
    dialog: null,
    isQueueOpen: false,
    unsavedWords: new Map(shelved.map((videoId) => [videoId, 'stuck'])),
    openDialog: (dialog) => set({ dialog }),
    closeDialog: () => set({ dialog: null }),
    setQueueOpen: (isQueueOpen) => set({ isQueueOpen }),
    setUnsavedWords: (videoId, words) =>
      set(({ unsavedWords }) => {
        if ((unsavedWords.get(videoId) ?? null) === words) return {};
        const others = [...unsavedWords].filter(([id]) => id !== videoId);
        return { unsavedWords: new Map(words === null ? others : [...others, [videoId, words]]) };
      }),
  }));
}
