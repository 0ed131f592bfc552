import { useRef } from 'react';
import type { ShotId } from '#shared/domain/ids.ts';
import type { Shot, TransitionKind } from '#shared/domain/shot.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { activeBoundaryIndex, activeShot, targetShots } from '../../editing/editor-store.ts';
import { boundaryLimits } from '../../editing/shot-index.ts';

/** What a person does to shots. Each is one step of history; the core answers with the shots as they are then. */
export interface ShotActions {
  splitAtPlayhead(): void;
  mergeSelection(): void;
  deleteCut(): void;
  nudge(frames: number): void;
  moveBoundary(shotIndex: number, frame: number): Promise<void>;
  toggleLock(): void;
  setTransition(kind: TransitionKind): void;
}

/** Length given to a cut that is declared a dissolve or fade, half before and half after it, until someone says better. */
const DEFAULT_TRANSITION_FRAMES = 12;

export function useShotActions(): ShotActions {
  const { video, store } = useEditorSession();
  const videoId = video.id;
  const split = useCoreMutation('shots', 'split');
  const merge = useCoreMutation('shots', 'merge');
  const move = useCoreMutation('shots', 'moveBoundary');
  const lock = useCoreMutation('shots', 'setLocked');
  const transition = useCoreMutation('shots', 'setTransition');
  /** Where a cut that is being nudged will be once the core has answered: further nudges count from there. */
  const nudged = useRef<{ readonly shotId: ShotId; readonly frame: number } | null>(null);
  const state = () => store.getState();

  /** `fromFrame`: where the person sees the cut, which is ahead of the core while it is being nudged. */
  async function moveBoundary(shotIndex: number, frame: number, fromFrame?: number): Promise<void> {
    const shot = state().shots[shotIndex];
    if (shot === undefined) return;
    try {
      await move.mutateAsync({ videoId, shotId: shot.id, frame, fromFrame: fromFrame ?? shot.startFrame });
    } catch {
      // Shown by the mutation; the cut stays where it was.
    }
  }

  async function nudge(frames: number): Promise<void> {
    const { shots } = state();
    const index = activeBoundaryIndex(state());
    const shot = shots[index];
    const limits = boundaryLimits(shots, index);
    if (shot === undefined || limits === null) return;
    const from = nudged.current?.shotId === shot.id ? nudged.current.frame : shot.startFrame;
    const frame = Math.min(limits.max, Math.max(limits.min, from + frames));
    if (frame === from) return;
    nudged.current = { shotId: shot.id, frame };
    await moveBoundary(index, frame, from);
    if (nudged.current?.frame === frame) {
      nudged.current = null;
      store.actions.seek(frame);
    }
  }

  return {
    splitAtPlayhead: () => split.mutate({ videoId, frame: state().frame }),
    mergeSelection() {
      const shotIds = mergeTargets(store.getState().shots, targetShots(state()));
      if (shotIds.length > 1) merge.mutate({ videoId, shotIds });
    },
    deleteCut() {
      const { shots } = state();
      const index = activeBoundaryIndex(state());
      const [left, right] = [shots[index - 1], shots[index]];
      if (left !== undefined && right !== undefined) merge.mutate({ videoId, shotIds: [left.id, right.id] });
    },
    nudge: (frames) => void nudge(frames),
    moveBoundary: (shotIndex, frame) => moveBoundary(shotIndex, frame),
    toggleLock() {
      const shots = targetShots(state());
      const locked = !shots.every((shot) => shot.locked);
      if (shots.length > 0) lock.mutate({ videoId, shotIds: shots.map((shot) => shot.id), locked });
    },
    setTransition(kind) {
      const shot = activeShot(state());
      if (shot !== undefined) transition.mutate({ videoId, shotId: shot.id, transition: { kind, ...transitionExtent(shot, kind) } });
    },
  };
}

/** The selected shots, or the active shot with the one after it (the last shot with the one before). */
export function mergeTargets(shots: readonly Shot[], targets: readonly Shot[]): ShotId[] {
  if (targets.length > 1) return targets.map((shot) => shot.id);
  const index = shots.findIndex((shot) => shot.id === targets[0]?.id);
  if (index < 0) return [];
  const first = Math.min(index, shots.length - 2);
  return shots.slice(Math.max(0, first), first + 2).map((shot) => shot.id);
}

/** A cut takes no frames; anything gradual keeps the extent that it has, or gets a usual one. */
export function transitionExtent(shot: Shot, kind: TransitionKind): { startFrame: number; endFrame: number } {
  if (kind === 'cut') return { startFrame: shot.startFrame, endFrame: shot.startFrame };
  if (shot.transition.endFrame > shot.transition.startFrame) return { startFrame: shot.transition.startFrame, endFrame: shot.transition.endFrame };
  if (kind === 'unknown') return { startFrame: shot.startFrame, endFrame: shot.startFrame };
  const half = DEFAULT_TRANSITION_FRAMES / 2;
  return { startFrame: Math.max(0, shot.startFrame - half), endFrame: Math.min(shot.endFrame, shot.startFrame + half) };
}
