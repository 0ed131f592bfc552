import type { ReadableDb } from '#core/base/db/database.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { RecordRow } from '#shared/domain/record-change.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { HeldStretch } from '#shared/domain/shot-edit.ts';
import { editsSince } from '../history/later-edits.ts';

const MERGE = 'edits.mergeShots';
const MOVE = 'edits.moveCut';
const BY_HAND: ReadonlySet<string> = new Set([MERGE, MOVE, 'edits.splitShot']);

const startOf = (row: RecordRow | null): number | null => (typeof row?.['start_frame'] === 'number' ? row['start_frame'] : null);

/**
 * Where a person took cuts away since a detection was asked for: shots that were merged as they are now, and the way that a cut was moved. Cuts
 * that were set are locked anyway; one that was set and taken away since leaves nothing behind.
 */
export function heldByHand(db: ReadableDb, videoId: VideoId, askedAfter: number, shots: readonly Shot[]): HeldStretch[] {
  const edits = editsSince(db, { videoId, table: 'shots', askedAfter, labels: BY_HAND });
  const starts = new Set(shots.map(({ startFrame }) => startFrame));
  const made = new Set<number>();
  const merged: number[] = [];
  const ways: HeldStretch[] = [];
  for (const { label, change } of edits) {
    const [before, after] = [startOf(change.before), startOf(change.after)];
    // Somebody may have set it again, or it began another shot all the time.
    if (before !== null && before !== after && !made.has(before) && !starts.has(before)) {
      if (label === MOVE && after !== null) ways.push(wayOf(before, after));
      else if (label === MERGE) merged.push(before);
    }
    if (after !== null && after !== before) made.add(after);
  }
  return [...shotsWith(merged, shots), ...joined(ways)];
}

function wayOf(from: number, to: number): HeldStretch {
  return { startFrame: Math.min(from, to), endFrame: Math.max(from, to), isShot: false };
}

/** Those that hold one of the frames. */
function shotsWith(frames: readonly number[], shots: readonly Shot[]): HeldStretch[] {
  const sorted = frames.toSorted((a, b) => a - b);
  let at = 0;
  return shots.flatMap(({ startFrame, endFrame }) => {
    while ((sorted[at] ?? Number.POSITIVE_INFINITY) < startFrame) at++;
    return (sorted[at] ?? Number.POSITIVE_INFINITY) < endFrame ? [{ startFrame, endFrame, isShot: true }] : [];
  });
}

/** A cut that was moved again and again went one way. */
function joined(ways: readonly HeldStretch[]): HeldStretch[] {
  const joinedWays: HeldStretch[] = [];
  for (const way of ways.toSorted((a, b) => a.startFrame - b.startFrame)) {
    const last = joinedWays.at(-1);
    if (last === undefined || way.startFrame > last.endFrame) joinedWays.push(way);
    else joinedWays.splice(-1, 1, { ...last, endFrame: Math.max(last.endFrame, way.endFrame) });
  }
  return joinedWays;
}
