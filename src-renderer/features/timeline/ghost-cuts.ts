import type { Cut, Shot } from '#shared/domain/shot.ts';

/** What a moved threshold would do to the cuts: locked ones are never touched. */
export interface GhostCuts {
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/** Compares the cuts that a preview gives with the boundaries as they are. Both ascending; the first shot's start is none. */
export function ghostCuts(shots: readonly Pick<Shot, 'startFrame' | 'locked'>[], cuts: readonly Pick<Cut, 'frame'>[]): GhostCuts {
  const boundaries = shots.slice(1);
  const present = new Set(boundaries.map((shot) => shot.startFrame));
  const wanted = new Set(cuts.map((cut) => cut.frame));
  return {
    added: cuts.map((cut) => cut.frame).filter((frame) => frame > 0 && !present.has(frame)),
    removed: boundaries.filter((shot) => !shot.locked && !wanted.has(shot.startFrame)).map((shot) => shot.startFrame),
  };
}
