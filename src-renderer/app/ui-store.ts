import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FileGrant } from '#shared/contract/host-api.ts';
import type { ProjectRef, VideoId } from '#shared/domain/ids.ts';

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
  | { readonly name: 'export' }
  | { readonly name: 'transcribe'; readonly videoId: VideoId }
  /** `videoIds` null: the whole project. */
  | { readonly name: 'clips'; readonly videoIds: readonly VideoId[] | null };

/** What lies over the pages; where one is lies in the address (`routes.ts`). */
export interface UiState {
  readonly dialog: OpenDialog | null;
  readonly isQueueOpen: boolean;
  openDialog(dialog: OpenDialog): void;
  closeDialog(): void;
  setQueueOpen(isOpen: boolean): void;
}

export type UiStore = StoreApi<UiState>;

export function createUiStore(): UiStore {
  return createStore<UiState>((set) => ({
    dialog: null,
    isQueueOpen: false,
    openDialog: (dialog) => set({ dialog }),
    closeDialog: () => set({ dialog: null }),
    setQueueOpen: (isQueueOpen) => set({ isQueueOpen }),
  }));
}
