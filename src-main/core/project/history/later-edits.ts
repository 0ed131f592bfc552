import type { ReadableDb } from '#core/base/db/database.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { HistoryTable, RecordChange } from '#shared/domain/record-change.ts';
import { readStoredWords } from '#shared/words/words.ts';
import { changesOf } from './change-repository.ts';
import { UnusableStep } from './usable-step.ts';

/** The last step of history so far; what comes later has a higher number. 0 where there is none. */
export function lastStep(db: ReadableDb): number {
  return db.prepare<[], number>('SELECT ifnull(max(sequence), 0) FROM history').pluck().get() ?? 0;
}

export interface LaterEdits {
  readonly videoId: VideoId;
  readonly table: HistoryTable;
  /** A step of `lastStep`: edits after it. */
  readonly askedAfter: number;
  /** Keys of the labels that steps have which count. */
  readonly labels: ReadonlySet<string>;
}

export interface LaterEdit {
  /** Key of the step's label. */
  readonly label: string;
  readonly change: RecordChange;
}

/** What was done to a video's records since then and not taken back, oldest first. */
export function editsSince(db: ReadableDb, { videoId, table, askedAfter, labels }: LaterEdits): LaterEdit[] {
  const steps = db
    .prepare<[number, string], { sequence: number; label: string }>(
      'SELECT sequence, label FROM history WHERE sequence > ? AND video_id = ? AND undone_order IS NULL ORDER BY sequence',
    )
    .all(askedAfter, videoId);
  return steps.flatMap(({ sequence, label }) => {
    const { key } = readStoredWords(label);
    if (!labels.has(key)) return [];
    return changesIn(db, sequence).flatMap((change) => (change.table === table ? [{ label: key, change }] : []));
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
