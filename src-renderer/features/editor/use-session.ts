import { hashKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { VideoListItem, VideoProbe } from '#shared/domain/video.ts';
import { useCore, useEdits } from '../../api/core-context.tsx';
import { useTexts } from '../../api/queries.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useUi } from '../../app/ui-context.tsx';
import { createCaptionStream, receiveProgress, receiveText } from '../../editing/caption-stream.ts';
import { createDrafts } from '../../editing/drafts.ts';
import type { EditorSession } from '../../editing/editor-context.tsx';
import { createEditorStore, type EditorStore } from '../../editing/editor-store.ts';
import { useTextActions } from '../../editing/use-text-actions.ts';
import { createWordsShelf } from '../../editing/words-shelf.ts';
import { recallPlace, rememberPlace } from './remembered-place.ts';

/** Makes what the parts of the page share, and keeps it in step with the core. One per visit of a video. */
export function useSession(video: VideoListItem, probe: VideoProbe, clock: FrameClock): EditorSession {
  const core = useCore();
  const edits = useEdits();
  const actions = useTextActions(video.id);
  const setUnsavedWords = useUi((ui) => ui.setUnsavedWords);
  const [parts] = useState(() => ({
    store: createEditorStore({ videoId: video.id, frameCount: probe.frameCount, place: recallPlace(localStorage, video.id) }),
    stream: createCaptionStream(),
    drafts: createDrafts({
      ...actions,
      shelf: createWordsShelf(localStorage, video.id),
      onUnsaved: (words) => setUnsavedWords(video.id, words),
    }),
  }));
  const { store, stream, drafts } = parts;

  useMirroredShots(store, video.id);

  // Once: what is on the shelf later comes from this page itself.
  const areTextsKnown = useTexts(video.id).data !== undefined;
  useEffect(() => {
    if (areTextsKnown) drafts.restore();
  }, [areTextsKnown, drafts]);

  useEffect(() => rememberPlace(localStorage, store, window), [store]);

  useEffect(() => {
    const removals = [
      core.on('captionText', (event) => {
        if (event.videoId === video.id) receiveText(stream, event);
      }),
      core.on('jobProgress', (event) => receiveProgress(stream, event)),
      // Words that could not be saved while the core was away are sent as soon as it is back.
      core.onStateChange(() => {
        if (core.getState() === 'connected') void drafts.flushAll();
      }),
    ];
    return () => removals.forEach((remove) => remove());
  }, [core, video.id, stream, drafts]);

  useEffect(() => {
    const saveNow = (): void => {
      void drafts.flushAll();
      edits.hurry();
    };
    addEventListener('pagehide', saveNow);
    return () => {
      removeEventListener('pagehide', saveNow);
      void drafts.flushAll();
    };
  }, [drafts, edits]);

  return useMemo(() => ({ video, probe, clock, ...parts }), [video, probe, clock, parts]);
}

/** Keeps the store's shots those of the cache, without waiting for a rendering: the next key may be pressed before. */
function useMirroredShots(store: EditorStore, videoId: VideoId): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const queryKey = queryKeys.shots(videoId);
    const hash = hashKey(queryKey);
    function mirror(): void {
      const shots = queryClient.getQueryData<Shot[]>(queryKey);
      if (shots !== undefined && shots !== store.getState().shots) store.actions.setShots(shots);
    }
    mirror();
    return queryClient.getQueryCache().subscribe(({ query }) => {
      if (query.queryHash === hash) mirror();
    });
  }, [queryClient, store, videoId]);
}
