import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/contract/errors.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Cut, Shot } from '#shared/domain/shot.ts';
import { isTiled, mergeShots, moveBoundary, setLocked, setTransition, shotsFromCuts, splitShot } from '#shared/domain/shot-edit.ts';

const videoId = VideoId.parse('video');
const id = (name: string): ShotId => ShotId.parse(name);

const hardCut = (frame: number, confidence = 0.9): Cut => ({ frame, kind: 'cut', startFrame: frame, endFrame: frame, confidence });
const dissolve = (startFrame: number, frame: number, endFrame: number): Cut => ({
  frame,
  kind: 'dissolve',
  startFrame,
  endFrame,
  confidence: 0.8,
});

function recut(cuts: readonly Cut[], existing: readonly Shot[] = [], prefix = 's'): Shot[] {
  let made = 0;
  const newId = (): ShotId => id(`${prefix}${(made += 1)}`);
  return shotsFromCuts({ videoId, frameCount: 100, cuts, existing, minDistanceFrames: 5, newId });
}

/** Shots [0, 30), [30, 60), [60, 100) called s1 to s3. */
const three = (): Shot[] => recut([hardCut(30), hardCut(60)]);
const bounds = (shots: readonly Shot[]): number[][] => shots.map((shot) => [shot.startFrame, shot.endFrame]);
const ids = (shots: readonly Shot[]): string[] => shots.map((shot) => shot.id);

function codeOf(edit: () => unknown): string {
  try {
    edit();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
}

describe('splitting a shot', () => {
  it('leaves the larger part its id, of equal halves the first, and gives the second part a boundary of its own', () => {
    const shots = splitShot(three(), 45, id('new'));
    expect(bounds(shots)).toEqual([
      [0, 30],
      [30, 45],
      [45, 60],
      [60, 100],
    ]);
    expect(ids(shots)).toEqual(['s1', 's2', 'new', 's3']);
    expect(shots[2]).toMatchObject({ origin: 'human', locked: true, confidence: null, transition: { kind: 'cut', startFrame: 45 } });
    expect(shots[1]).toMatchObject({ origin: 'detector', locked: false, confidence: 0.9 });
  });

  it('leaves the second part the id where that is the larger one; what is known of the first cut stays with it', () => {
    const shots = splitShot(three(), 35, id('new'));
    expect(ids(shots)).toEqual(['s1', 'new', 's2', 's3']);
    expect(shots[1]).toMatchObject({ startFrame: 30, origin: 'detector', locked: false, confidence: 0.9 });
    expect(shots[2]).toMatchObject({ startFrame: 35, origin: 'human', locked: true, confidence: null });
  });

  it('is refused where a shot begins already, and outside the video', () => {
    expect(codeOf(() => splitShot(three(), 30, id('new')))).toBe('conflict');
    expect(codeOf(() => splitShot(three(), 100, id('new')))).toBe('invalid-input');
    expect(codeOf(() => splitShot(three(), -1, id('new')))).toBe('invalid-input');
    expect(codeOf(() => splitShot(three(), 12.5, id('new')))).toBe('invalid-input');
  });

  it('inside a dissolve leaves each transition in its own shots', () => {
    const shots = splitShot(recut([dissolve(40, 50, 60)]), 45, id('new'));
    expect(shots[2]?.transition).toEqual({ kind: 'dissolve', startFrame: 45, endFrame: 60 });
  });
});

describe('merging shots', () => {
  it('keeps the first one, whatever the order in which they were chosen', () => {
    const shots = mergeShots(three(), [id('s3'), id('s2')]);
    expect(bounds(shots)).toEqual([
      [0, 30],
      [30, 100],
    ]);
    expect(ids(shots)).toEqual(['s1', 's2']);
  });

  it('is refused for one shot, for shots with another between them, and for shots that are gone', () => {
    expect(codeOf(() => mergeShots(three(), [id('s1'), id('s1')]))).toBe('invalid-input');
    expect(codeOf(() => mergeShots(three(), [id('s1'), id('s3')]))).toBe('conflict');
    expect(codeOf(() => mergeShots(three(), [id('s1'), id('gone')]))).toBe('invalid-input');
  });
});

describe('moving a boundary', () => {
  it('takes its transition along and becomes the person’s', () => {
    const shots = moveBoundary(recut([dissolve(40, 50, 60)]), id('s2'), 53);
    expect(bounds(shots)).toEqual([
      [0, 53],
      [53, 100],
    ]);
    expect(shots[1]).toMatchObject({
      origin: 'human',
      locked: true,
      confidence: null,
      transition: { kind: 'dissolve', startFrame: 43, endFrame: 63 },
    });
  });

  it('leaves at least one frame to both neighbours', () => {
    expect(bounds(moveBoundary(three(), id('s2'), 1))).toEqual([
      [0, 1],
      [1, 60],
      [60, 100],
    ]);
    expect(bounds(moveBoundary(three(), id('s2'), 59))).toEqual([
      [0, 59],
      [59, 60],
      [60, 100],
    ]);
    expect(codeOf(() => moveBoundary(three(), id('s2'), 0))).toBe('conflict');
    expect(codeOf(() => moveBoundary(three(), id('s2'), 60))).toBe('conflict');
    expect(codeOf(() => moveBoundary(three(), id('s1'), 3))).toBe('invalid-input');
  });

  it('clips a transition that would reach over a whole shot', () => {
    const shots = moveBoundary(recut([hardCut(30), dissolve(40, 50, 60)]), id('s2'), 48);
    expect(shots[2]?.transition).toEqual({ kind: 'dissolve', startFrame: 48, endFrame: 60 });
  });

  it('by nothing changes nothing', () => {
    expect(moveBoundary(three(), id('s2'), 30)).toEqual(three());
  });
});

describe('locking and naming a boundary', () => {
  it('locks without taking the detector’s word from it', () => {
    const shots = setLocked(three(), [id('s2')], true);
    expect(shots[1]).toMatchObject({ locked: true, origin: 'detector', confidence: 0.9 });
    expect(setLocked(shots, [id('s2')], false)).toEqual(three());
    expect(setLocked(three(), [id('s2'), id('s3')], true).map(({ locked }) => locked)).toEqual([false, true, true]);
    expect(codeOf(() => setLocked(three(), [id('s2'), id('gone')], true))).toBe('invalid-input');
  });

  it('takes a transition that holds the boundary, and no other', () => {
    const fade = { kind: 'fade', startFrame: 25, endFrame: 35 } as const;
    expect(setTransition(three(), id('s2'), fade)[1]).toMatchObject({ transition: fade, origin: 'human', locked: true });
    expect(codeOf(() => setTransition(three(), id('s2'), { ...fade, startFrame: 31 }))).toBe('invalid-input');
    expect(codeOf(() => setTransition(three(), id('s2'), { ...fade, endFrame: 61 }))).toBe('invalid-input');
    expect(codeOf(() => setTransition(three(), id('s1'), fade))).toBe('invalid-input');
  });

  it('makes a cut of any extent exact', () => {
    const shots = setTransition(recut([dissolve(40, 50, 60)]), id('s2'), { kind: 'cut', startFrame: 40, endFrame: 60 });
    expect(shots[1]?.transition).toEqual({ kind: 'cut', startFrame: 50, endFrame: 50 });
  });
});

describe('cutting again', () => {
  it('begins with the video and ends with it', () => {
    const shots = three();
    expect(isTiled(shots, 100)).toBe(true);
    expect(shots[0]).toMatchObject({ origin: 'start', confidence: null, transition: { kind: 'cut', startFrame: 0, endFrame: 0 } });
    expect(recut([])).toHaveLength(1);
  });

  it('replaces free boundaries and keeps the ids of shots that begin where they began', () => {
    const shots = recut([hardCut(15), hardCut(60)], three(), 'n');
    expect(bounds(shots)).toEqual([
      [0, 15],
      [15, 60],
      [60, 100],
    ]);
    expect(ids(shots)).toEqual(['s1', 's2', 's3']);
  });

  it('lets a shot keep its id when its beginning moves a little', () => {
    expect(ids(recut([hardCut(32), hardCut(60)], three(), 'n'))).toEqual(['s1', 's2', 's3']);
    expect(ids(recut([hardCut(50), hardCut(60)], three(), 'n'))).toEqual(['s1', 'n1', 's3']);
  });

  it('keeps locked boundaries as they are; cuts beside them or dissolving over them yield', () => {
    const locked = setTransition(three(), id('s2'), { kind: 'fade', startFrame: 28, endFrame: 33 });
    const shots = recut([hardCut(27), dissolve(28, 40, 50), hardCut(80)], locked, 'n');
    expect(bounds(shots)).toEqual([
      [0, 30],
      [30, 80],
      [80, 100],
    ]);
    expect(shots[1]).toMatchObject({ id: 's2', locked: true, origin: 'human', transition: { kind: 'fade', startFrame: 28, endFrame: 33 } });
    expect(bounds(recut([hardCut(25), hardCut(35)], locked))).toEqual([
      [0, 25],
      [25, 30],
      [30, 35],
      [35, 100],
    ]);
  });

  it('refuses cuts outside the video', () => {
    expect(codeOf(() => recut([hardCut(100)]))).toBe('invalid-input');
    expect(codeOf(() => recut([hardCut(0)]))).toBe('invalid-input');
  });
});

it('knows gaps, overlaps, empty shots and wrong ends', () => {
  const [first, second, third] = three();
  if (first === undefined || second === undefined || third === undefined) throw new Error('three shots');
  expect(isTiled([first, second, third], 100)).toBe(true);
  expect(isTiled([first, third], 100)).toBe(false);
  expect(isTiled([first, { ...second, startFrame: 29 }, third], 100)).toBe(false);
  expect(isTiled([first, { ...second, endFrame: 30 }, third], 100)).toBe(false);
  expect(isTiled([first, second, third], 101)).toBe(false);
  expect(isTiled([], 1)).toBe(false);
});
