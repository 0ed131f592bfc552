import { Words } from '../words/words.ts';
import { z } from 'zod';
import { ChangeId, VideoId } from './ids.ts';

/** Tables whose rows take part in history. */
export const HistoryTable = z.enum(['videos', 'shots', 'revisions', 'transcript_segments', 'run_thresholds']);
export type HistoryTable = z.infer<typeof HistoryTable>;

/** A row as SQLite holds it: column → value. */
export const RecordRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type RecordRow = z.infer<typeof RecordRow>;

/** `before` null: added. `after` null: removed. */
export const RecordChange = z.object({
  table: HistoryTable,
  id: z.string(),
  before: RecordRow.nullable(),
  after: RecordRow.nullable(),
});
export type RecordChange = z.infer<typeof RecordChange>;

/** The change that takes this one back. */
export function reverseChange(change: RecordChange): RecordChange {
  return { ...change, before: change.after, after: change.before };
}

/** One step that a person or a job took, as the history list shows it. */
export const HistoryEntry = z.object({
  id: ChangeId,
  actor: z.string(),
  label: Words,
  videoId: VideoId.nullable(),
  state: z.enum(['applied', 'undone']),
  changeCount: z.int().nonnegative(),
  createdAtMs: z.int(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
