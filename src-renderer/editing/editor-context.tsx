import { createContext, use, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoListItem, VideoProbe } from '#shared/domain/video.ts';
import type { CaptionStream } from './caption-stream.ts';
import type { Drafts } from './drafts.ts';
import type { EditorState, EditorStore } from './editor-store.ts';

/** What the parts of one editor page share. Made anew for each video. */
export interface EditorSession {
  readonly video: VideoListItem;
  readonly probe: VideoProbe;
  readonly clock: FrameClock;
  readonly store: EditorStore;
  readonly stream: CaptionStream;
  readonly drafts: Drafts;
}

const SessionContext = createContext<EditorSession | null>(null);

export function EditorSessionProvider({ session, children }: { readonly session: EditorSession; readonly children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useEditorSession(): EditorSession {
  const session = use(SessionContext);
  if (session === null) throw new Error('Used outside <EditorSessionProvider>');
  return session;
}

/**
 * A part of the editor's state; renders again when it changes. Select what changes rarely, never `frame` itself: what moves
 * with the playhead subscribes to the store.
 */
export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useEditorSession().store, select);
}
