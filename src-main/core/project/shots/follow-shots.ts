import type { WritableDb } from '#core/base/db/database.ts';
import * as texts from '../texts/revision-repository.ts';
import type { MovedRevision } from '../texts/revision-repository.ts';
import type { RevisionId, ShotId, VideoId } from '#shared/domain/ids.ts';
import { heirsOf } from '#shared/domain/shot-edit.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { isUnjudgedDraft } from '#shared/domain/text.ts';
import { words } from '#shared/words/words.ts';

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
  }
  inheritTexts(db, inheritances);
  const movedBy = Map.groupBy(after, (shot) => movedReason(old.get(shot.id), shot));
  for (const [key, moved] of movedBy)
    if (key !== null)
      texts.markShotsStale(
        db,
        moved.map(({ id }) => id),
        words(key),
      );
  if (heirs.size > 0) relinkSummary(db, videoId, heirs);
  if (bounds(before) !== bounds(after)) texts.markSummaryStale(db, videoId, words('stale.cutDifferently'));
}

/** A text becomes the heir's where the heir has none of its kind, and a person's also where it has a model's draft; else it joins the heir's earlier revisions. */
function inheritTexts(db: WritableDb, inheritances: readonly (readonly [gone: Shot, heir: Shot])[]): void {
  const goneIds = inheritances.map(([gone]) => gone.id);
  const revisionsOf = Map.groupBy(texts.revisionsOfShots(db, goneIds), ({ shotId }) => shotId);
  const currentOf = new Map<string, MovedRevision | null>();
  const patches = new Map<RevisionId, texts.RevisionPatch>();
  for (const [gone, heir] of inheritances) {
    const staleReason = haveSameBounds(gone, heir) ? null : words('stale.mergedShot');
    for (const revision of revisionsOf.get(gone.id) ?? []) {
      const place = `${heir.id} ${revision.kind}`;
      const key = { videoId: revision.videoId, shotId: heir.id, kind: revision.kind };
      const occupied = currentOf.get(place) ?? texts.currentRevision(db, key);
      const isCurrent = revision.isCurrent && yields(occupied, revision);
      if (isCurrent && occupied !== null) patches.set(occupied.id, { ...patches.get(occupied.id), isCurrent: false });
      currentOf.set(place, isCurrent ? revision : occupied);
      patches.set(revision.id, { shotId: heir.id, isCurrent, staleReason: revision.staleReason ?? staleReason });
    }
  }
  // Those that are current no longer make room for those that are.
  const [others, current] = [false, true].map((isCurrent) => [...patches].filter(([, patch]) => patch.isCurrent === isCurrent));
  for (const some of [others, current])
    for (const same of Map.groupBy(some ?? [], ([, patch]) => JSON.stringify(patch)).values()) {
      const [first] = same;
      if (first !== undefined)
        texts.updateRevisions(
          db,
          same.map(([id]) => id),
          first[1],
        );
    }
}

function yields(occupied: MovedRevision | null, to: MovedRevision): boolean {
  if (occupied === null || occupied.text === '') return true;
  return isUnjudgedDraft(occupied) && !isUnjudgedDraft(to) && to.text !== '';
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

/** Null for a shot that is new, or as it was. */
function movedReason(before: Shot | undefined, after: Shot): 'stale.startAndEndMoved' | 'stale.startMoved' | 'stale.endMoved' | null {
  if (before === undefined) return null;
  const start = before.startFrame !== after.startFrame;
  const end = before.endFrame !== after.endFrame;
  if (start && end) return 'stale.startAndEndMoved';
  if (start) return 'stale.startMoved';
  return end ? 'stale.endMoved' : null;
}

function haveSameBounds(left: Shot, right: Shot): boolean {
  return left.startFrame === right.startFrame && left.endFrame === right.endFrame;
}

function bounds(shots: readonly Shot[]): string {
  return shots.map(({ startFrame }) => startFrame).join(' ');
}
