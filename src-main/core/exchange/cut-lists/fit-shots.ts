import type { ListedShot } from '../formats/cut-list-format.ts';
import { type Cut, SMALLEST_GAP_FRAMES } from '#shared/domain/shot.ts';

/** What a list says of a stretch of the video. */
export interface ListedCaption {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly text: string;
}

export interface FittedShots {
  /** Where shots begin, but for the first one. */
  readonly cuts: readonly Cut[];
  readonly captions: readonly ListedCaption[];
  /** Of the list, as far as they lie in the video. */
  readonly shotCount: number;
  /** Shots of the list that begin behind the end of the video. */
  readonly lateCount: number;
  readonly notes: readonly string[];
}

/**
 * Makes the shots of a list tile a video: they are put in order, and cut short where the next one begins or the video ends. A gap of one or two
 * frames joins the shot before it; a longer one becomes a shot of its own, because nothing is known of it.
 */
export function fitShots(listed: readonly ListedShot[], frameCount: number): FittedShots {
  const empty = listed.filter(({ startFrame, endFrame }) => endFrame <= Math.max(0, startFrame)).length;
  const real = listed.filter(({ startFrame, endFrame }) => endFrame > Math.max(0, startFrame));
  const inside = real
    .filter(({ startFrame }) => startFrame < frameCount)
    .map((shot) => ({ ...shot, startFrame: Math.max(0, shot.startFrame) }));
  // Of several that begin in one place the longest: the others would have no frame left.
  inside.sort((a, b) => a.startFrame - b.startFrame || b.endFrame - a.endFrame);
  const distinct = inside.filter((shot, index) => index === 0 || inside[index - 1]?.startFrame !== shot.startFrame);
  const cuts = new Map<number, Cut>();
  const captions: ListedCaption[] = [];
  let [endedAt, gapCount, joinedCount, overlapCount] = [0, 0, 0, 0];
  for (const [index, shot] of distinct.entries()) {
    const gap = shot.startFrame - endedAt;
    const next = distinct[index + 1]?.startFrame ?? frameCount;
    const isJoined = gap > 0 && gap < SMALLEST_GAP_FRAMES;
    // Before the first shot there is none that the frames could join.
    const startFrame = isJoined && index === 0 ? 0 : shot.startFrame;
    if (isJoined) joinedCount++;
    else if (gap > 0) {
      gapCount++;
      if (endedAt > 0) cuts.set(endedAt, cutAt(endedAt));
    }
    if (startFrame > 0) cuts.set(startFrame, { ...cutAt(startFrame), ...transitionOf(shot) });
    if (shot.endFrame > next && index < distinct.length - 1) overlapCount++;
    endedAt = Math.min(shot.endFrame, next);
    if (shot.caption !== '') captions.push({ startFrame, endFrame: endedAt, text: shot.caption });
  }
  const lastGap = distinct.length === 0 ? 0 : frameCount - endedAt;
  if (lastGap >= SMALLEST_GAP_FRAMES) {
    gapCount++;
    cuts.set(endedAt, cutAt(endedAt));
  } else if (lastGap > 0) joinedCount++;
  const lateCount = real.length - inside.length;
  return {
    cuts: [...cuts.values()].sort((a, b) => a.frame - b.frame),
    captions,
    shotCount: distinct.length,
    lateCount,
    notes: [
      ...noteOf(empty, 'shot without any frame of the video was left out', 'shots without any frame of the video were left out'),
      ...noteOf(
        lateCount,
        'shot begins after the end of the video and was left out',
        'shots begin after the end of the video and were left out',
      ),
      ...noteOf(
        inside.length - distinct.length,
        'shot begins where a longer one does and was left out',
        'shots begin where longer ones do and were left out',
      ),
      ...noteOf(
        overlapCount,
        'shot reaches into the next one and was cut short there',
        'shots reach into the next ones and were cut short there',
      ),
      ...noteOf(
        gapCount,
        'stretch of the video is in no shot of the list and became a shot of its own',
        'stretches of the video are in no shot of the list and became shots of their own',
      ),
      ...noteOf(joinedCount, 'gap of one or two frames was closed', 'gaps of one or two frames were closed'),
    ],
  };
}

function cutAt(frame: number): Cut {
  return { frame, kind: 'cut', startFrame: frame, endFrame: frame, confidence: 1 };
}

function transitionOf({ transition, startFrame }: ListedShot): Pick<Cut, 'kind' | 'startFrame' | 'endFrame'> | null {
  if (transition === undefined) return null;
  const [from, to] = [Math.max(0, Math.min(transition.startFrame, startFrame)), Math.max(startFrame, transition.endFrame)];
  return { kind: transition.kind, startFrame: from, endFrame: to };
}

function noteOf(count: number, one: string, many: string): string[] {
  if (count === 0) return [];
  return [count === 1 ? `one ${one}` : `${count.toLocaleString('en')} ${many}`];
}
