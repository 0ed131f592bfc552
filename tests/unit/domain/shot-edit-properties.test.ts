import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '#shared/contract/errors.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Cut, Shot, TransitionKind } from '#shared/domain/shot.ts';
import {
  heirsOf,
  isTiled,
  mergeShots,
  moveBoundary,
  setLocked,
  setTransition,
  shotsFromCuts,
  splitShot,
} from '#shared/domain/shot-edit.ts';

const FRAMES = 60;
const videoId = VideoId.parse('video');

/** One edit with free numbers: many are impossible, as edits of people are. */
interface Edit {
  readonly action: 'split' | 'merge' | 'move' | 'lock' | 'transition' | 'recut';
  readonly shot: number;
  readonly frame: number;
  readonly width: number;
  readonly kind: TransitionKind;
  readonly cuts: readonly Cut[];
}

const kinds = fc.constantFrom<TransitionKind>('cut', 'dissolve', 'fade', 'unknown');
const cuts: fc.Arbitrary<Cut[]> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: FRAMES - 1 }), fc.nat(6), kinds), { maxLength: 8, selector: ([frame]) => frame })
  .map((list) =>
    list
      .toSorted(([a], [b]) => a - b)
      .map(([frame, reach, kind]) => ({
        frame,
        kind,
        startFrame: Math.max(0, kind === 'cut' ? frame : frame - reach),
        endFrame: Math.min(FRAMES, kind === 'cut' ? frame : frame + reach),
        confidence: 0.5,
      })),
  );
const edit: fc.Arbitrary<Edit> = fc.record({
  action: fc.constantFrom('split', 'merge', 'move', 'lock', 'transition', 'recut'),
  shot: fc.nat(12),
  frame: fc.integer({ min: -2, max: FRAMES + 2 }),
  width: fc.nat(4),
  kind: kinds,
  cuts,
});

function studio(): { apply(shots: readonly Shot[], edit: Edit): Shot[]; newId(): ShotId } {
  let made = 0;
  const newId = (): ShotId => ShotId.parse(`shot-${(made += 1)}`);
  const edited = (shots: readonly Shot[], { action, shot, frame, width, kind, cuts: found }: Edit): Shot[] => {
    const shotId = shots[shot % shots.length]?.id ?? newId();
    switch (action) {
      case 'split':
        return splitShot(shots, frame, newId());
      case 'merge':
        return mergeShots(
          shots,
          shots.slice(shot % shots.length, (shot % shots.length) + width).map(({ id }) => id),
        );
      case 'move':
        return moveBoundary(shots, shotId, frame);
      case 'lock':
        return setLocked(shots, [shotId], width > 1);
      case 'transition':
        return setTransition(shots, shotId, { kind, startFrame: Math.max(0, frame - width), endFrame: Math.max(0, frame + width) });
      case 'recut':
        return shotsFromCuts({ videoId, frameCount: FRAMES, cuts: found, existing: shots, minDistanceFrames: width, newId });
    }
  };
  return {
    newId,
    apply(shots, step) {
      try {
        return edited(shots, step);
      } catch (error) {
        if (error instanceof AppError) return [...shots];
        throw error;
      }
    },
  };
}

function firstShots(newId: () => ShotId, found: readonly Cut[]): Shot[] {
  return shotsFromCuts({ videoId, frameCount: FRAMES, cuts: found, existing: [], minDistanceFrames: 3, newId });
}

const lockedBoundaries = (shots: readonly Shot[]): Omit<Shot, 'id' | 'endFrame'>[] =>
  shots.filter((shot) => shot.locked && shot.startFrame > 0).map(({ id: _id, endFrame: _end, ...boundary }) => boundary);

const bounds = (shots: readonly Shot[]): number[][] => shots.map((shot) => [shot.startFrame, shot.endFrame]);

it('shots tile the video after any edits, with ids of their own and transitions inside the shots they join', () => {
  fc.assert(
    fc.property(cuts, fc.array(edit, { maxLength: 30 }), (found, edits) => {
      const { apply, newId } = studio();
      let shots = firstShots(newId, found);
      for (const step of edits) {
        shots = apply(shots, step);
        expect(isTiled(shots, FRAMES)).toBe(true);
        expect(new Set(shots.map(({ id }) => id)).size).toBe(shots.length);
        for (const [index, { startFrame, endFrame, transition }] of shots.entries()) {
          expect(transition.startFrame).toBeGreaterThanOrEqual(shots[index - 1]?.startFrame ?? 0);
          expect(transition.startFrame).toBeLessThanOrEqual(startFrame);
          expect(transition.endFrame).toBeGreaterThanOrEqual(startFrame);
          expect(transition.endFrame).toBeLessThanOrEqual(endFrame);
          if (transition.kind === 'cut') expect(transition.startFrame).toBe(transition.endFrame);
        }
      }
    }),
  );
});

it('locked boundaries survive a new detection', () => {
  fc.assert(
    fc.property(cuts, fc.array(edit, { maxLength: 20 }), cuts, fc.nat(6), (found, edits, again, minDistanceFrames) => {
      const { apply, newId } = studio();
      const shots = edits.reduce<Shot[]>(apply, firstShots(newId, found));
      const recut = shotsFromCuts({ videoId, frameCount: FRAMES, cuts: again, existing: shots, minDistanceFrames, newId });
      const frames = lockedBoundaries(shots).map(({ startFrame }) => startFrame);
      expect(lockedBoundaries(recut).map(({ startFrame }) => startFrame)).toEqual(frames);
      // A shot that begins at a locked boundary is the same shot.
      for (const shot of shots.filter(({ locked }) => locked)) expect(recut.some(({ id }) => id === shot.id)).toBe(true);
      // Whatever else begins a shot is a cut of the new detection.
      const known = new Set([0, ...frames, ...again.map(({ frame }) => frame)]);
      for (const { startFrame } of recut) expect(known).toContain(startFrame);
    }),
  );
});

it('the same cuts again change nothing', () => {
  fc.assert(
    fc.property(cuts, (found) => {
      const { newId } = studio();
      const shots = firstShots(newId, found);
      expect(shotsFromCuts({ videoId, frameCount: FRAMES, cuts: found, existing: shots, minDistanceFrames: 3, newId })).toEqual(shots);
    }),
  );
});

it('merging what was split gives the same bounds back', () => {
  fc.assert(
    fc.property(cuts, fc.integer({ min: 1, max: FRAMES - 1 }), (found, frame) => {
      const { newId } = studio();
      const shots = firstShots(newId, found);
      fc.pre(shots.every(({ startFrame }) => startFrame !== frame));
      const added = newId();
      const split = splitShot(shots, frame, added);
      const at = split.findIndex(({ startFrame }) => startFrame === frame);
      const merged = mergeShots(
        split,
        split.slice(at - 1, at + 1).map(({ id }) => id),
      );
      expect(bounds(merged)).toEqual(bounds(shots));
      // The other shots are the same ones still.
      expect(merged.filter(({ id }, index) => shots[index]?.id === id).length).toBeGreaterThanOrEqual(shots.length - 1);
    }),
  );
});

const length = ({ startFrame, endFrame }: Shot): number => endFrame - startFrame;
const shared = (a: Shot, b: Shot): number => Math.max(0, Math.min(a.endFrame, b.endFrame) - Math.max(a.startFrame, b.startFrame));

it('a shot that is split goes on as its larger part', () => {
  fc.assert(
    fc.property(cuts, fc.integer({ min: 1, max: FRAMES - 1 }), (found, frame) => {
      const { newId } = studio();
      const shots = firstShots(newId, found);
      const old = shots.find(({ startFrame, endFrame }) => startFrame < frame && frame < endFrame);
      fc.pre(old !== undefined);
      const added = newId();
      const split = splitShot(shots, frame, added);
      const [kept, fresh] = [split.find(({ id }) => id === old?.id), split.find(({ id }) => id === added)];
      expect(kept).toBeDefined();
      if (kept !== undefined && fresh !== undefined) expect(length(kept)).toBeGreaterThanOrEqual(length(fresh));
    }),
  );
});

it('after a new detection the larger part of every shot is one of the shots known before', () => {
  fc.assert(
    fc.property(cuts, fc.array(edit, { maxLength: 20 }), cuts, (found, edits, again) => {
      const { apply, newId } = studio();
      const shots = edits.reduce<Shot[]>(apply, firstShots(newId, found));
      const recut = shotsFromCuts({ videoId, frameCount: FRAMES, cuts: again, existing: shots, minDistanceFrames: 3, newId });
      const known = new Set(shots.map(({ id }) => id));
      for (const heir of heirsOf(shots, recut).values()) expect(known).toContain(heir.id);
    }),
  );
});

it('the heir of a shot holds most of its frames', () => {
  fc.assert(
    fc.property(cuts, cuts, (found, again) => {
      const { newId } = studio();
      const [before, after] = [firstShots(newId, found), firstShots(newId, again)];
      const heirs = heirsOf(before, after);
      for (const old of before) {
        const most = Math.max(...after.map((shot) => shared(old, shot)));
        expect(heirs.get(old)).toBe(after.find((shot) => shared(old, shot) === most));
      }
    }),
  );
});
