import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ShotId } from '#shared/domain/ids.ts';
import type { Shot, TransitionKind } from '#shared/domain/shot.ts';
import { mergeShots, moveBoundary, setLocked, setTransition, splitShot } from '#shared/domain/shot-edit.ts';
import { useCore, useEdits } from '../../api/core-context.tsx';
import { changeOf } from '../../api/edits.ts';
import { newId } from '../../api/new-id.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useRunEdit } from '../../api/use-run-edit.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { activeCutIndex, activeShot, targetCuts, targetShots, type EditorState } from '../../editing/editor-store.ts';
import { boundaryLimits, nearestBoundaryIndex, shotIndexAt } from '../../editing/shot-index.ts';

/**
 * What a person does to shots. Each acts on the shots as they are on the screen when it is called, is shown at once, and is one step of
 * history.
 */
export interface ShotActions {
  splitAtPlayhead(): void;
  mergeSelection(): void;
  deleteCut(): void;
  nudge(frames: number): void;
  /** Moves the selected shot's cut, else the nearest one, to the playhead. */
  cutHere(): void;
  moveBoundary(shotId: ShotId, frame: number): void;
  setCutsLocked(locked: boolean): void;
  setTransition(kind: TransitionKind): void;
}

/** Length given to a cut that is declared a dissolve or fade, half before and half after it, until someone says better. */
const DEFAULT_TRANSITION_FRAMES = 12;
/** Nudges of one cut that follow each other within this time, or before the last one was answered, are one step of history. */
const GESTURE_MS = 3000;

export function useShotActions(): ShotActions {
  const { t } = useTranslation();
  const { api } = useCore();
  const { video, store } = useEditorSession();
  const edits = useEdits();
  const runEdit = useRunEdit();
  const gestureOf = useMemo(() => createGestures(edits.isBusy), [edits]);
  const videoId = video.id;
  const state = () => store.getState();

  function edit(change: (shots: readonly Shot[]) => Shot[], send: () => Promise<unknown>, key?: string): void {
    const shows = [changeOf<Shot[]>(queryKeys.shots(videoId), change)];
    // A failure has been shown, and the shots are again what the core says.
    runEdit({ shows, send, ...(key !== undefined && { key }) }).catch(() => undefined);
  }

  function merge(shotIds: readonly ShotId[]): void {
    if (shotIds.length > 1)
      edit(
        (shots) => mergeShots(shots, shotIds),
        () => api.shots.merge({ videoId, shotIds: [...shotIds] }),
      );
  }

  function move(shotId: ShotId, frame: number, gesture: Gesture): void {
    async function send(): Promise<unknown> {
      const { fromFrame } = gesture;
      gesture.fromFrame = frame;
      try {
        return await api.shots.moveBoundary({ videoId, shotId, frame, fromFrame, gesture: gesture.id });
      } catch (error) {
        gesture.fromFrame = fromFrame;
        throw error;
      }
    }
    edit((shots) => moveBoundary(shots, shotId, frame), send, `move:${shotId}:${gesture.id}`);
  }

  /** The playhead stays with the cut, and never lies in a shot that is not meant: a cut that comes later is met, one that comes earlier followed. */
  function moveWithPlayhead(shot: Shot, frame: number, gesture: Gesture): void {
    if (frame > shot.startFrame) store.actions.seek(frame);
    move(shot.id, frame, gesture);
    if (state().frame !== frame) store.actions.seek(frame);
  }

  return {
    splitAtPlayhead() {
      const { frame } = state();
      const newShotId = ShotId.parse(newId());
      edit(
        (shots) => splitShot(shots, frame, newShotId),
        () => api.shots.split({ videoId, frame, newShotId }),
      );
    },
    mergeSelection: () => merge(mergeTargets(state().shots, targetShots(state()))),
    deleteCut() {
      const { shots } = state();
      const index = activeCutIndex(state());
      const [left, right] = [shots[index - 1], shots[index]];
      if (left !== undefined && right !== undefined) merge([left.id, right.id]);
    },
    nudge(frames) {
      const { shots } = state();
      const index = activeCutIndex(state());
      const [shot, limits] = [shots[index], boundaryLimits(shots, index)];
      if (shot === undefined || limits === null) return;
      const frame = Math.min(limits.max, Math.max(limits.min, shot.startFrame + frames));
      if (frame !== shot.startFrame) moveWithPlayhead(shot, frame, gestureOf(shot));
    },
    cutHere() {
      const { shots, frame } = state();
      const index = cutToMoveHere(state());
      const [shot, limits] = [shots[index], boundaryLimits(shots, index)];
      if (shot === undefined || limits === null || frame === shot.startFrame) return;
      if (frame < limits.min || frame > limits.max) {
        notifications.show({
          id: 'cut-out-of-reach',
          color: 'yellow',
          message: t('editor.found.cutOutOfReach', { number: index + 1, ...limits }),
          autoClose: 5000,
        });
        return;
      }
      move(shot.id, frame, newGesture(shot));
    },
    moveBoundary(shotId, frame) {
      const shot = state().shots.find(({ id }) => id === shotId);
      if (shot !== undefined) move(shotId, frame, newGesture(shot));
    },
    setCutsLocked(locked) {
      const shotIds = targetCuts(state())
        .filter((shot) => shot.locked !== locked)
        .map((shot) => shot.id);
      if (shotIds.length > 0)
        edit(
          (shots) => setLocked(shots, shotIds, locked),
          () => api.shots.setLocked({ videoId, shotIds, locked }),
        );
    },
    setTransition(kind) {
      const shot = activeCutIndex(state()) < 0 ? undefined : activeShot(state());
      if (shot === undefined) return;
      const transition = { kind, ...transitionExtent(shot, kind) };
      edit(
        (shots) => setTransition(shots, shot.id, transition),
        () => api.shots.setTransition({ videoId, shotId: shot.id, transition }),
      );
    },
  };
}

/** Index of the shot whose cut "the cut goes here" means: the one shot that is selected, else the one with the nearest cut; -1: none. */
export function cutToMoveHere({ shots, frame, selectedShots }: Pick<EditorState, 'shots' | 'frame' | 'selectedShots'>): number {
  const [selected] = selectedShots;
  if (selected !== undefined && selectedShots.length === 1) return selected.startFrame === 0 ? -1 : shotIndexAt(shots, selected.startFrame);
  return nearestBoundaryIndex(shots, frame);
}

/** Moves of one cut that are one step of history. */
interface Gesture {
  readonly id: string;
  /** Where the core has the cut, as far as this gesture has been sent: what somebody else did in between is a conflict. */
  fromFrame: number;
}

function newGesture({ startFrame }: Shot): Gesture {
  return { id: newId(), fromFrame: startFrame };
}

/** Joins runs of nudges: the gesture stays for as long as one cut is nudged without a pause. */
function createGestures(isBusy: () => boolean): (shot: Shot) => Gesture {
  let last: { readonly shotId: ShotId; readonly gesture: Gesture; readonly atMs: number } | null = null;
  return (shot) => {
    const atMs = performance.now();
    const goesOn = last !== null && last.shotId === shot.id && (atMs - last.atMs < GESTURE_MS || isBusy());
    last = { shotId: shot.id, gesture: goesOn && last !== null ? last.gesture : newGesture(shot), atMs };
    return last.gesture;
  };
}

/** The selected shots, or the active shot with the one after it; none for the last shot, which has no next one. */
export function mergeTargets(shots: readonly Shot[], targets: readonly Shot[]): ShotId[] {
  const [first] = targets;
  if (first === undefined || targets.length > 1) return targets.map((shot) => shot.id);
  const pair = [first, shots[shotIndexAt(shots, first.endFrame)]];
  return pair.flatMap((shot, index) => (shot === undefined || (index > 0 && shot.id === first.id) ? [] : [shot.id]));
}

/** A cut takes no frames; anything gradual keeps the extent that it has, or gets a usual one. */
export function transitionExtent(shot: Shot, kind: TransitionKind): { startFrame: number; endFrame: number } {
  if (kind === 'cut') return { startFrame: shot.startFrame, endFrame: shot.startFrame };
  if (shot.transition.endFrame > shot.transition.startFrame)
    return { startFrame: shot.transition.startFrame, endFrame: shot.transition.endFrame };
  if (kind === 'unknown') return { startFrame: shot.startFrame, endFrame: shot.startFrame };
  const half = DEFAULT_TRANSITION_FRAMES / 2;
  return { startFrame: Math.max(0, shot.startFrame - half), endFrame: Math.min(shot.endFrame, shot.startFrame + half) };
}
