import type { WritableDb } from '#core/base/db/database.ts';
import * as texts from '../texts/revision-repository.ts';
import type { ShotId, VideoId } from '#shared/domain/ids.ts';
import { heirsOf } from '#shared/domain/shot-edit.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { isUnjudgedDraft } from '#shared/domain/text.ts';
import { words, type Words } from '#shared/words/words.ts';

/**
 * After shots of a video changed: texts of shots that are gone move to the shot that now holds most of their frames, and what
 * describes moved frames is marked stale. No text is ever lost by an edit of shots.
 */
export function followShots(db: WritableDb, videoId: VideoId, before: readonly Shot[], after: readonly Shot[]): void {
  const old = new Map(before.map((shot) => [shot.id, shot]));
  const kept = new Set(after.map(({ id }) => id));
  const heirs = new Map<ShotId, ShotId>();
  const inheritances = [...heirsOf(before, after)].filter(([gone]) => !kept.has(gone.id));
  // Where several texts meet in a shot that has none, the one that described most of it becomes the current one.
  inheritances.sort(([a], [b]) => lengthOf(b) - lengthOf(a));
  for (const [gone, heir] of inheritances) {
    heirs.set(gone.id, heir.id);
    inheritTexts(db, gone.id, heir.id, haveSameBounds(gone, heir) ? null : words('stale.mergedShot'));
  }
  for (const shot of after) {
    const earlier = old.get(shot.id);
    const reason = earlier === undefined ? null : movedReason(earlier, shot);
    if (reason !== null) texts.markShotStale(db, shot.id, reason);
  }
  if (heirs.size > 0) relinkSummary(db, videoId, heirs);
  if (bounds(before) !== bounds(after)) texts.markSummaryStale(db, videoId, words('stale.cutDifferently'));
}

/** A text becomes the heir's where the heir has none of its kind, and a person's also where it has a model's draft; else it joins the heir's earlier revisions. */
function inheritTexts(db: WritableDb, from: ShotId, to: ShotId, staleReason: Words | null): void {
  for (const revision of texts.revisionsOfShot(db, from)) {
    const occupied = texts.currentRevision(db, { videoId: revision.videoId, shotId: to, kind: revision.kind });
    const isWorthMore = revision.text !== '' && !isUnjudgedDraft(revision);
    const isFree = occupied === null || occupied.text === '' || (isWorthMore && isUnjudgedDraft(occupied));
    const isCurrent = revision.isCurrent && isFree;
    if (isCurrent && occupied !== null) texts.updateRevision(db, occupied.id, { isCurrent: false });
    texts.updateRevision(db, revision.id, { shotId: to, isCurrent, staleReason: revision.staleReason ?? staleReason });
  }
}

/** Sentences of the summary that rest on a shot that is gone now rest on its heir. */
function relinkSummary(db: WritableDb, videoId: VideoId, heirs: ReadonlyMap<ShotId, ShotId>): void {
  const summary = texts.currentRevision(db, { videoId, shotId: null, kind: 'summary' });
  if (summary === null || summary.links.length === 0) return;
  const links = summary.links.map((link) => ({ ...link, shotIds: [...new Set(link.shotIds.map((id) => heirs.get(id) ?? id))] }));
  texts.updateRevision(db, summary.id, { links });
}

function lengthOf({ startFrame, endFrame }: Shot): number {
  return endFrame - startFrame;
}

function movedReason(before: Shot, after: Shot): Words | null {
  const start = before.startFrame !== after.startFrame;
  const end = before.endFrame !== after.endFrame;
  if (start && end) return words('stale.startAndEndMoved');
  if (start) return words('stale.startMoved');
  return end ? words('stale.endMoved') : null;
}

function haveSameBounds(left: Shot, right: Shot): boolean {
  return left.startFrame === right.startFrame && left.endFrame === right.endFrame;
}

function bounds(shots: readonly Shot[]): string {
  return shots.map(({ startFrame }) => startFrame).join(' ');
}
