import { describe, expect, it } from 'vitest';
import { VideoId } from '#shared/domain/ids.ts';
import { createEditorStore } from '../../../../src-renderer/editing/editor-store.ts';
import { recallPlace, rememberPlace } from '../../../../src-renderer/features/editor/remembered-place.ts';

const videoId = VideoId.parse('00000000-0000-4000-8000-000000000001');

function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: () => null,
    length: 0,
  };
}

describe('the remembered place', () => {
  it('holds the frame of the last moment when the page goes away at once', () => {
    const storage = memoryStorage();
    const page = new EventTarget();
    const store = createEditorStore({ videoId, frameCount: 500, place: null });
    const end = rememberPlace(storage, store, page);
    store.actions.seek(321);
    page.dispatchEvent(new Event('pagehide'));
    expect(recallPlace(storage, videoId)?.frame).toBe(321);

    store.actions.seek(322);
    end();
    expect(recallPlace(storage, videoId)?.frame).toBe(322);
  });

  it('is none where nothing, or nothing readable, was stored', () => {
    const storage = memoryStorage();
    expect(recallPlace(storage, videoId)).toBeNull();
    for (const damaged of ['{', '{"frame":-1}', 'null']) {
      storage.setItem(`shotluck.place.${videoId}`, damaged);
      expect(recallPlace(storage, videoId)).toBeNull();
    }
  });
});
