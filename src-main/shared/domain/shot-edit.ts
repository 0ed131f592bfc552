/**
 * Edits of one video's shots, as pure functions: each takes shots that tile the video, or a stretch of it that holds two shots before those
 * that are edited and one behind them, and returns new ones that tile the same. What a person
 * edits becomes theirs: origin `human`, locked, no detector's confidence. Impossible edits throw an AppError.
 */
import { assert } from '../assert.ts';
import { AppError } from '../contract/errors.ts';
import type { ShotId, VideoId } from './ids.ts';
import { type Cut, isKeptFromDetectors, type Shot, type Transition } from './shot.ts';
import { words } from '../words/words.ts';

/** True when the shots cover frames `[fromFrame, toFrame)` in order, without gaps or overlaps, each with at least one frame. */
export function isTiled(shots: readonly Shot[], toFrame: number, fromFrame = 0): boolean {
  let expectedStart = fromFrame;
  for (const { startFrame, endFrame } of shots) {
    if (startFrame !== expectedStart || endFrame <= startFrame) return false;
    expectedStart = endFrame;
  }
  return expectedStart === toFrame;
}

/**
 * Begins a new shot at `frame`. The larger part is the old shot still: it keeps the id, and so the texts; of equal halves the first.
 * @throws AppError `invalid-input` outside the video, `conflict` where a shot already begins.
 */
export function splitShot(shots: readonly Shot[], frame: number, newId: ShotId): Shot[] {
  const index = shots.findIndex((shot) => frame >= shot.startFrame && frame < shot.endFrame);
  const shot = shots[index];
  if (shot === undefined || !Number.isInteger(frame)) {
    throw new AppError('invalid-input', words('wire.noSuchFrame', { frame }));
  }
  if (frame === shot.startFrame) throw new AppError('conflict', words('wire.startsAlready', { frame }));
  const isSecondLarger = shot.endFrame - frame > frame - shot.startFrame;
  const first: Shot = { ...shot, id: isSecondLarger ? newId : shot.id, endFrame: frame };
  const second: Shot = { ...shot, ...humanBoundary(frame), id: isSecondLarger ? shot.id : newId, transition: cutAt(frame) };
  return fitAll([...shots.slice(0, index), first, second, ...shots.slice(index + 1)]);
}

/**
 * Makes one shot of neighbours; it keeps the first one's id and beginning.
 * @throws AppError `invalid-input` for fewer than two shots or unknown ones, `conflict` when they are not neighbours.
 */
export function mergeShots(shots: readonly Shot[], ids: readonly ShotId[]): Shot[] {
  const wanted = new Set(ids);
  if (wanted.size < 2) throw new AppError('invalid-input', words('wire.mergeTwo'));
  const chosen = shots.filter((shot) => wanted.has(shot.id));
  if (chosen.length !== wanted.size) throw new AppError('invalid-input', words('wire.mergedShotGone'));
  const [first, last] = [chosen[0], chosen.at(-1)];
  assert(first !== undefined && last !== undefined, 'at least two shots were chosen');
  const from = shots.indexOf(first);
  if (shots.indexOf(last) - from !== chosen.length - 1) {
    throw new AppError('conflict', words('wire.notNeighbours'));
  }
  return fitAll([...shots.slice(0, from), { ...first, endFrame: last.endFrame }, ...shots.slice(from + chosen.length)]);
}

/**
 * Moves the beginning of a shot, and with it the end of the one before. The transition moves along.
 * @throws AppError `invalid-input` for the first shot or an unknown one, `conflict` when a neighbour would have no frame left.
 */
export function moveBoundary(shots: readonly Shot[], shotId: ShotId, frame: number): Shot[] {
  const index = indexOfShot(shots, shotId);
  const shot = shots[index];
  const before = shots[index - 1];
  if (shot === undefined || before === undefined) {
    throw new AppError('invalid-input', words('wire.firstShotStart'));
  }
  if (!Number.isInteger(frame) || frame <= before.startFrame || frame >= shot.endFrame) {
    throw new AppError('conflict', words('wire.startBetween', { from: before.startFrame + 1, to: shot.endFrame - 1 }));
  }
  const distance = frame - shot.startFrame;
  if (distance === 0) return [...shots];
  const { kind, startFrame, endFrame } = shot.transition;
  const transition = { kind, startFrame: Math.max(0, startFrame + distance), endFrame: Math.max(0, endFrame + distance) };
  const moved: Shot = { ...shot, ...humanBoundary(frame), transition };
  return fitAll([...shots.slice(0, index - 1), { ...before, endFrame: frame }, moved, ...shots.slice(index + 1)]);
}

/**
 * Confirms the beginnings of shots so that no detector moves them, or gives them free again.
 * @throws AppError `invalid-input` for an unknown shot.
 */
export function setLocked(shots: readonly Shot[], shotIds: readonly ShotId[], locked: boolean): Shot[] {
  const wanted = new Set(shotIds);
  const after = shots.map((shot) => (wanted.delete(shot.id) && shot.locked !== locked ? { ...shot, locked } : shot));
  if (wanted.size > 0) throw shotGone();
  return after;
}

/**
 * Says how a shot begins. The extent must hold the boundary and stay inside the two shots that it joins; a cut has none.
 * @throws AppError `invalid-input` for the first shot, an unknown one, or an extent that does not fit.
 */
export function setTransition(shots: readonly Shot[], shotId: ShotId, transition: Transition): Shot[] {
  const index = indexOfShot(shots, shotId);
  const shot = shots[index];
  const before = shots[index - 1];
  if (shot === undefined || before === undefined) {
    throw new AppError('invalid-input', words('wire.firstShotTransition'));
  }
  const wanted = transition.kind === 'cut' ? cutAt(shot.startFrame) : transition;
  if (!isSame(fit(wanted, before, shot), wanted)) {
    throw new AppError(
      'invalid-input',
      words('wire.transitionBetween', { from: before.startFrame, to: shot.endFrame, start: shot.startFrame }),
    );
  }
  const edited: Shot = { ...shot, ...humanBoundary(shot.startFrame), transition: wanted };
  return shots.map((other, at) => (at === index ? edited : other));
}

/** `[startFrame, endFrame)`, where a detector sets no cut. A whole shot keeps its beginning and its end, too; the way of a cut that was moved keeps none. */
export interface HeldStretch {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly isShot: boolean;
}

export interface RecutInput {
  readonly videoId: VideoId;
  readonly frameCount: number;
  /** What the detector says now. */
  readonly cuts: readonly Cut[];
  /** The video's shots so far; empty for a first detection. */
  readonly existing: readonly Shot[];
  /** A cut nearer than this to a kept boundary, or whose extent holds one, is the same boundary and yields to it. */
  readonly minDistanceFrames: number;
  readonly newId: () => ShotId;
  /** Who says so. A list that a person imports takes the place of cuts that came from elsewhere before; a detector leaves those. */
  readonly origin?: 'detector' | 'import';
  /** What a person did here since the cuts were asked for stays as it is. */
  readonly held?: readonly HeldStretch[];
}

/**
 * Shots from the cuts of a detector or a list. Boundaries that are kept from it stay as they are; all others are replaced. An id, and with it
 * the captions, goes to the shot that holds the larger part of the old one's frames.
 * @throws AppError `invalid-input` for a cut outside the video.
 */
export function shotsFromCuts(input: RecutInput): Shot[] {
  const { videoId, frameCount, existing } = input;
  const starts = boundaries(input);
  const shots = starts.map((boundary, index): Omit<Shot, 'id'> => ({
    ...boundary,
    videoId,
    endFrame: starts[index + 1]?.startFrame ?? frameCount,
  }));
  const ids = keptIds(shots, existing);
  return fitAll(shots.map((shot, index) => ({ ...shot, id: ids[index] ?? input.newId() })));
}

type Boundary = Pick<Shot, 'startFrame' | 'transition' | 'origin' | 'confidence' | 'locked'>;
/** `[startFrame, endFrame)`. */
type Extent = Pick<Shot, 'startFrame' | 'endFrame'>;

/** Where shots begin: with the video, at kept boundaries, and at the cuts that no kept boundary stands for. */
function boundaries({ frameCount, cuts, existing, minDistanceFrames, origin = 'detector', held = [] }: RecutInput): Boundary[] {
  const first: Boundary = { startFrame: 0, transition: cutAt(0), origin: 'start', confidence: null, locked: existing[0]?.locked ?? false };
  const isKept = origin === 'detector' ? isKeptFromDetectors : ({ locked }: Shot): boolean => locked;
  const ends = new Set(held.flatMap(({ startFrame, endFrame, isShot }) => (isShot ? [startFrame, endFrame] : [])));
  const kept = existing.filter(
    (shot) => (isKept(shot) || ends.has(shot.startFrame)) && shot.startFrame > 0 && shot.startFrame < frameCount,
  );
  const byFrame = new Map<number, Boundary>(
    kept.map(({ startFrame, transition, origin, confidence, locked }) => [
      startFrame,
      { startFrame, transition, origin, confidence, locked },
    ]),
  );
  const keptFrames = kept.map(({ startFrame }) => startFrame);
  for (const cut of cuts) {
    if (cut.frame < 1 || cut.frame >= frameCount) {
      throw new AppError('invalid-input', words('wire.cutOutside', { frame: cut.frame, count: frameCount }));
    }
    if (held.some((stretch) => isHeldAt(stretch, cut.frame, minDistanceFrames))) continue;
    const isNear = hasBetween(keptFrames, cut.frame - minDistanceFrames + 1, cut.frame + minDistanceFrames);
    if (isNear || hasBetween(keptFrames, cut.startFrame, cut.endFrame) || byFrame.has(cut.frame)) continue;
    const transition = { kind: cut.kind, startFrame: cut.startFrame, endFrame: cut.endFrame };
    const confidence = origin === 'detector' ? cut.confidence : null;
    byFrame.set(cut.frame, { startFrame: cut.frame, transition, origin, confidence, locked: false });
  }
  return [first, ...[...byFrame.values()].sort((a, b) => a.startFrame - b.startFrame)];
}

/** A cut beside the place that a cut was moved away from is the same cut. */
function isHeldAt({ startFrame, endFrame, isShot }: HeldStretch, frame: number, minDistanceFrames: number): boolean {
  return isShot ? frame > startFrame && frame < endFrame : frame > startFrame - minDistanceFrames && frame < endFrame + minDistanceFrames;
}

/** True when one of the sorted `frames` lies in `[from, to)`. Bisection: thousands of kept cuts meet thousands of new ones. */
function hasBetween(frames: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((frames[middle] ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
    else high = middle;
  }
  return (frames[low] ?? Number.POSITIVE_INFINITY) < to;
}

/**
 * Per new shot the id of the old shot that it continues, if any: of the old shots whose larger part it holds, the one that began where
 * it begins, else the one with most frames in it. A shot whose larger part went to another keeps a new shot that begins where it began.
 */
function keptIds(shots: readonly Extent[], existing: readonly Shot[]): (ShotId | undefined)[] {
  const kept = new Map<Extent, Shot>();
  for (const [old, heir] of heirsOf(existing, shots)) {
    const rival = kept.get(heir);
    if (
      rival === undefined ||
      (rival.startFrame !== heir.startFrame && (old.startFrame === heir.startFrame || sharedFrames(old, heir) > sharedFrames(rival, heir)))
    ) {
      kept.set(heir, old);
    }
  }
  const placed = new Set(kept.values());
  const left = new Map(existing.filter((old) => !placed.has(old)).map((old) => [old.startFrame, old.id]));
  return shots.map((shot) => kept.get(shot)?.id ?? left.get(shot.startFrame));
}

/**
 * For each of `before` the one of `after` that holds most of its frames, of several the first: where its texts belong. Both tile a
 * video and are walked once; what lies behind the last of `after` belongs to that one.
 */
export function heirsOf<Old extends Extent, New extends Extent>(before: readonly Old[], after: readonly New[]): Map<Old, New> {
  const heirs = new Map<Old, New>();
  let at = 0;
  for (const old of before) {
    while (at < after.length - 1 && (after[at]?.endFrame ?? 0) <= old.startFrame) at += 1;
    let best = after[at];
    for (let next = at + 1; next < after.length; next += 1) {
      const candidate = after[next];
      if (best === undefined || candidate === undefined || candidate.startFrame >= old.endFrame) break;
      if (sharedFrames(old, candidate) > sharedFrames(old, best)) best = candidate;
    }
    if (best !== undefined) heirs.set(old, best);
  }
  return heirs;
}

function sharedFrames(a: Extent, b: Extent): number {
  return Math.min(a.endFrame, b.endFrame) - Math.max(a.startFrame, b.startFrame);
}

function humanBoundary(frame: number): Pick<Shot, 'startFrame' | 'origin' | 'confidence' | 'locked'> {
  return { startFrame: frame, origin: 'human', confidence: null, locked: true };
}

function cutAt(frame: number): Transition {
  return { kind: 'cut', startFrame: frame, endFrame: frame };
}

function indexOfShot(shots: readonly Shot[], shotId: ShotId): number {
  const index = shots.findIndex((shot) => shot.id === shotId);
  if (index < 0) throw shotGone();
  return index;
}

function shotGone(): AppError {
  return new AppError('invalid-input', words('wire.shotGone'));
}

/** Keeps every transition inside the two shots that it joins; edits elsewhere may have made them shorter. */
function fitAll(shots: readonly Shot[]): Shot[] {
  return shots.map((shot, index) => {
    const before = shots[index - 1];
    // The first of a stretch has one before it that is not here.
    if (before === undefined && shot.startFrame > 0) return shot;
    const transition = before === undefined ? cutAt(shot.startFrame) : fit(shot.transition, before, shot);
    return isSame(transition, shot.transition) ? shot : { ...shot, transition };
  });
}

/** A gradual transition of which no frame is left is a cut. */
function fit({ kind, startFrame, endFrame }: Transition, before: Extent, shot: Extent): Transition {
  const boundary = shot.startFrame;
  if (kind === 'cut') return cutAt(boundary);
  const start = Math.min(boundary, Math.max(before.startFrame, startFrame));
  const end = Math.max(boundary, Math.min(shot.endFrame, endFrame));
  return start === end && kind !== 'unknown' ? cutAt(boundary) : { kind, startFrame: start, endFrame: end };
}

function isSame(a: Transition, b: Transition): boolean {
  return a.kind === b.kind && a.startFrame === b.startFrame && a.endFrame === b.endFrame;
}
