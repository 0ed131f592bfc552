import type { ReadableDb } from '#core/base/db/database.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { type HistoryTable, type RecordChange, reverseChange } from '#shared/domain/record-change.ts';
import { readStoredWords } from '#shared/words/words.ts';
import { changesOf } from './change-repository.ts';
import { UnusableStep } from './usable-step.ts';

/** The number of what was done last, a step or taking one back; what comes later has a higher one. 0 where there is none. */
export function lastStep(db: ReadableDb): number {
  return db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'history'").pluck().get() ?? 0;
}

export interface LaterEdits {
  readonly videoId: VideoId;
  readonly table: HistoryTable;
  /** A number of `lastStep`: edits after it. */
  readonly askedAfter: number;
  /** Keys of the labels that steps have which count. */
  readonly labels: ReadonlySet<string>;
}

export interface LaterEdit {
  /** Key of the step's label. */
  readonly label: string;
  readonly change: RecordChange;
}

/**
 * What was done to a video's records since then, oldest first: steps that are new, or were made again or gone on with; and steps of before that
 * were taken back, the other way round, also where they can be done again no more.
 */
export function editsSince(db: ReadableDb, { videoId, table, askedAfter, labels }: LaterEdits): LaterEdit[] {
  const steps = db
    .prepare<{ askedAfter: number; videoId: VideoId }, { sequence: number; label: string; isUndone: 0 | 1 }>(
      `SELECT sequence, label, undone_order IS NOT NULL AS isUndone FROM history
       WHERE video_id = @videoId AND ifnull(touched_at, sequence) > @askedAfter AND (undone_order IS NULL OR sequence <= @askedAfter)
       ORDER BY ifnull(touched_at, sequence)`,
    )
    .all({ askedAfter, videoId });
  return steps.flatMap(({ sequence, label, isUndone }) => {
    const { key } = readStoredWords(label);
    if (!labels.has(key)) return [];
    const changes = changesIn(db, sequence).filter((change) => change.table === table);
    return (isUndone === 1 ? changes.toReversed().map(reverseChange) : changes).map((change) => ({ label: key, change }));
  });
}

/** What history does not hold as the studio writes it, as in a project from elsewhere, is nobody's edit here. */
function changesIn(db: ReadableDb, sequence: number): readonly RecordChange[] {
  try {
    return changesOf(db, sequence);
  } catch (error) {
    if (error instanceof UnusableStep) return [];
    throw error;
  }
}
