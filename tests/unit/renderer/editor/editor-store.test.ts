import { describe, expect, it } from 'vitest';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';
import {
  activeCutIndex,
  activeShot,
  areCutsLocked,
  createEditorStore,
  loopRange,
  targetCuts,
  targetShots,
} from '../../../../src-renderer/editing/editor-store.ts';

const videoId = VideoId.parse('video');

function shot(id: string, startFrame: number, endFrame: number): Shot {
  return {
    id: ShotId.parse(id),
    videoId,
    startFrame,
    endFrame,
    origin: 'detector',
    confidence: 0.9,
    locked: false,
    transition: { kind: 'cut', startFrame, endFrame: startFrame },
  };
}

function editorAt(frame: number) {
  const store = createEditorStore({ videoId, frameCount: 300 });
  store.actions.setShots([shot('a', 0, 100), shot('b', 100, 200), shot('c', 200, 300)]);
  store.actions.seek(frame);
  return store;
}

describe('the active shot', () => {
  it('is the one under the playhead', () => {
    expect(activeShot(editorAt(150).getState())?.id).toBe('b');
  });

  it('stays the one being typed in while the video plays on', () => {
    const store = editorAt(150);
    store.actions.pinShot(ShotId.parse('b'));
    store.actions.reportFrame(230);
    expect(activeShot(store.getState())?.id).toBe('b');
    store.actions.pinShot(null);
    expect(activeShot(store.getState())?.id).toBe('c');
  });

  it('is found again after shots were split', () => {
    const store = editorAt(150);
    store.actions.setShots([shot('a', 0, 100), shot('b', 100, 140), shot('new', 140, 200), shot('c', 200, 300)]);
    expect(activeShot(store.getState())?.id).toBe('new');
  });

  it('speaks of the cut at its start; the first shot of none, never of its neighbour’s', () => {
    expect(activeCutIndex(editorAt(250).getState())).toBe(2);
    expect(activeCutIndex(editorAt(50).getState())).toBe(-1);
  });
});

describe('selection', () => {
  it('is what commands work on, without shots that are gone', () => {
    const store = editorAt(150);
    expect(targetShots(store.getState()).map((each) => each.id)).toEqual(['b']);
    store.actions.setSelection([ShotId.parse('c'), ShotId.parse('a')]);
    expect(targetShots(store.getState()).map((each) => each.id)).toEqual(['a', 'c']);
    store.actions.setShots([shot('b', 0, 200), shot('c', 200, 300)]);
    expect(store.getState().selection).toEqual(['c']);
  });
});

describe('the cuts that commands mean', () => {
  const ids = (shots: readonly Shot[]) => shots.map((each) => each.id);

  it('are those of the chosen shots, never the beginning of the video', () => {
    const store = editorAt(50);
    expect(targetCuts(store.getState())).toEqual([]);
    store.actions.seek(150);
    expect(ids(targetCuts(store.getState()))).toEqual(['b']);
    store.actions.setSelection(['a', 'b', 'c'].map((id) => ShotId.parse(id)));
    expect(ids(targetCuts(store.getState()))).toEqual(['b', 'c']);
  });

  it('count as confirmed when all of them are; where there is none, nothing is', () => {
    const store = editorAt(150);
    const [a, b, c] = [shot('a', 0, 100), { ...shot('b', 100, 200), locked: true }, shot('c', 200, 300)];
    store.actions.setShots([{ ...a, locked: true }, b, c]);
    expect(areCutsLocked(store.getState())).toBe(true);
    store.actions.setSelection([b.id, c.id]);
    expect(areCutsLocked(store.getState())).toBe(false);
    store.actions.setSelection([]);
    store.actions.seek(10);
    expect(areCutsLocked(store.getState())).toBe(false);
  });
});

describe('looping', () => {
  it('repeats the active shot, or from in to out where they are set', () => {
    const store = editorAt(150);
    expect(loopRange(store.getState())).toEqual({ startFrame: 100, endFrame: 200 });
    store.actions.setIn(120);
    store.actions.setOut(129);
    expect(loopRange(store.getState())).toEqual({ startFrame: 120, endFrame: 130 });
    store.actions.setIn(180);
    expect(store.getState().outFrame).toBeNull();
  });
});

describe('the view', () => {
  it('follows the playhead and keeps its place when the window grows', () => {
    const store = editorAt(0);
    store.actions.setViewport(1000);
    store.actions.setView({ startFrame: 0, framesPerPixel: 0.05 });
    store.actions.seek(250);
    expect(store.getState().view.startFrame).toBeGreaterThan(200);
    const { view } = store.getState();
    store.actions.setViewport(500);
    expect(store.getState().view.startFrame).toBe(view.startFrame);
    expect(store.getState().view.framesPerPixel).toBeCloseTo(view.framesPerPixel * 2);
  });

  it('counts jumps, so that the player can distinguish them from its own reports', () => {
    const store = editorAt(10);
    const { seekCount } = store.getState();
    store.actions.reportFrame(11);
    expect(store.getState().seekCount).toBe(seekCount);
    store.actions.seek(12);
    expect(store.getState().seekCount).toBe(seekCount + 1);
  });
});
