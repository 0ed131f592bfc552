import { useEffect, useMemo, useState } from 'react';
import type { FrameClock } from '#shared/domain/time.ts';
import type { Video, VideoProbe } from '#shared/domain/video.ts';
import { useCore } from '../../api/core-context.tsx';
import { useShots, useTexts } from '../../api/queries.ts';
import { createCaptionStream, receiveProgress, receiveText } from '../../editing/caption-stream.ts';
import { createDrafts } from '../../editing/drafts.ts';
import type { EditorSession } from '../../editing/editor-context.tsx';
import { createEditorStore } from '../../editing/editor-store.ts';
import { useTextActions } from '../../editing/use-text-actions.ts';
import { createWordsShelf } from '../../editing/words-shelf.ts';
import { recallPlace, rememberPlace } from './remembered-place.ts';

/** Makes what the parts of the page share, and keeps it in step with the core. One per visit of a video. */
export function useSession(video: Video, probe: VideoProbe, clock: FrameClock): EditorSession {
  const core = useCore();
  const actions = useTextActions(video.id);
  const [parts] = useState(() => ({
    store: createEditorStore({ videoId: video.id, frameCount: probe.frameCount, place: recallPlace(localStorage, video.id) }),
    stream: createCaptionStream(),
    drafts: createDrafts({ ...actions, shelf: createWordsShelf(localStorage, video.id) }),
  }));
  const { store, stream, drafts } = parts;

  const shots = useShots(video.id).data;
  useEffect(() => {
    if (shots !== undefined) store.actions.setShots(shots);
  }, [store, shots]);

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
    const saveNow = (): void => void drafts.flushAll();
    addEventListener('pagehide', saveNow);
    return () => {
      removeEventListener('pagehide', saveNow);
      saveNow();
    };
  }, [drafts]);

  return useMemo(() => ({ video, probe, clock, ...parts }), [video, probe, clock, parts]);
}
