import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import { assert } from '#shared/assert.ts';
import { ChangeId, type VideoId } from '#shared/domain/ids.ts';
import { HistoryEntry, HistoryTable, RecordChange, type RecordRow } from '#shared/domain/record-change.ts';
import { readStoredWords, storedWords, type Words } from '#shared/words/words.ts';

/** An entry with what only history needs. */
export interface StoredStep {
  readonly sequence: number;
  readonly entry: HistoryEntry;
}

interface StepRow {
  readonly sequence: number;
  readonly id: string;
  readonly actor: string;
  readonly label: string;
  readonly video_id: string | null;
  readonly undone_order: number | null;
  readonly change_count: number;
  readonly created_at_ms: number;
}

export interface NewStep {
  readonly actor: string;
  readonly label: Words;
  readonly videoId: VideoId | null;
  readonly groupKey: string | null;
}

function fromRow(row: StepRow | undefined): StoredStep | null {
  if (row === undefined) return null;
  const entry = HistoryEntry.parse({
    id: row.id,
    actor: row.actor,
    label: readStoredWords(row.label),
    videoId: row.video_id,
    state: row.undone_order === null ? 'applied' : 'undone',
    changeCount: row.change_count,
    createdAtMs: row.created_at_ms,
  });
  return { sequence: row.sequence, entry };
}

export function insertStep(db: WritableDb, step: NewStep, nowMs: number): number {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO history (id, actor, label, video_id, group_key, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)')
    .run(ChangeId.parse(crypto.randomUUID()), step.actor, storedWords(step.label), step.videoId, step.groupKey, nowMs);
  return Number(lastInsertRowid);
}

export function listSteps(db: ReadableDb, limit: number): HistoryEntry[] {
  const rows = db.prepare<[number], StepRow>('SELECT * FROM history ORDER BY sequence DESC LIMIT ?').all(limit);
  return rows.flatMap((row) => fromRow(row)?.entry ?? []);
}

/** The step that `undo` would take. */
export function lastApplied(db: ReadableDb, actor: string): StoredStep | null {
  return fromRow(
    db
      .prepare<[string], StepRow>(
        'SELECT * FROM history WHERE actor = ? AND is_superseded = 0 AND undone_order IS NULL ORDER BY sequence DESC LIMIT 1',
      )
      .get(actor),
  );
}

/** The step that `redo` would take: the one undone last. */
export function lastUndone(db: ReadableDb, actor: string): StoredStep | null {
  return fromRow(
    db
      .prepare<[string], StepRow>(
        'SELECT * FROM history WHERE actor = ? AND is_superseded = 0 AND undone_order > 0 ORDER BY undone_order DESC LIMIT 1',
      )
      .get(actor),
  );
}

/** The newest applied step of an actor with this key. */
export function appliedGroup(db: ReadableDb, actor: string, groupKey: string): StoredStep | null {
  return fromRow(
    db
      .prepare<[string, string], StepRow>(
        `SELECT * FROM history WHERE actor = ? AND is_superseded = 0 AND undone_order IS NULL AND group_key = ?
         ORDER BY sequence DESC LIMIT 1`,
      )
      .get(actor, groupKey),
  );
}

/** The applied step that added a video, whoever took it. */
export function stepThatAdded(db: ReadableDb, videoId: VideoId): StoredStep | null {
  return fromRow(
    db
      .prepare<[string], StepRow>(
        `SELECT history.* FROM history_changes JOIN history ON history.sequence = history_changes.history_sequence
         WHERE table_name = 'videos' AND record_id = ? AND before IS NULL AND is_superseded = 0 AND undone_order IS NULL
         ORDER BY sequence DESC LIMIT 1`,
      )
      .get(videoId),
  );
}

export function markUndone(db: WritableDb, sequence: number): void {
  const { changes } = db
    .prepare('UPDATE history SET undone_order = (SELECT ifnull(max(undone_order), 0) + 1 FROM history) WHERE sequence = ?')
    .run(sequence);
  assert(changes === 1, `history step ${sequence} to undo`);
}

export function markApplied(db: WritableDb, sequence: number): void {
  const { changes } = db.prepare('UPDATE history SET undone_order = NULL WHERE sequence = ?').run(sequence);
  assert(changes === 1, `history step ${sequence} to redo`);
}

export function markSuperseded(db: WritableDb, sequence: number): void {
  db.prepare('UPDATE history SET is_superseded = 1 WHERE sequence = ?').run(sequence);
}

export function deleteUndone(db: WritableDb, actor: string): void {
  db.prepare('DELETE FROM history WHERE actor = ? AND undone_order > 0').run(actor);
}

export function appendChanges(db: WritableDb, sequence: number, changes: readonly RecordChange[]): void {
  const last = db
    .prepare<[number], { next: number }>('SELECT ifnull(max(ordinal) + 1, 0) AS next FROM history_changes WHERE history_sequence = ?')
    .get(sequence);
  const insert = db.prepare(
    'INSERT INTO history_changes (history_sequence, ordinal, table_name, record_id, before, after) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const toJson = (row: RecordRow | null): string | null => (row === null ? null : JSON.stringify(row));
  for (const [index, change] of changes.entries())
    insert.run(sequence, (last?.next ?? 0) + index, change.table, change.id, toJson(change.before), toJson(change.after));
  db.prepare('UPDATE history SET change_count = change_count + ? WHERE sequence = ?').run(changes.length, sequence);
}

const ChangeRow = z.object({
  table_name: HistoryTable,
  record_id: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

/** In the order in which they happened. */
export function changesOf(db: ReadableDb, sequence: number): RecordChange[] {
  const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return db
    .prepare('SELECT table_name, record_id, before, after FROM history_changes WHERE history_sequence = ? ORDER BY ordinal')
    .all(sequence)
    .map((found) => {
      const row = ChangeRow.parse(found);
      return RecordChange.parse({ table: row.table_name, id: row.record_id, before: fromJson(row.before), after: fromJson(row.after) });
    });
}

export type ChangeWriter = ReturnType<typeof createChangeWriter>;

/** Puts records into the state that changes say; a step may have twenty thousand of them, and preparing takes longer than writing. */
export function createChangeWriter(db: WritableDb) {
  const statements = new Map<string, Statement<unknown[]>>();
  function prepared(sql: string): Statement<unknown[]> {
    const statement = statements.get(sql) ?? db.prepare<unknown[]>(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    currentRow: (table: HistoryTable, id: string): RecordRow | null =>
      (prepared(`SELECT * FROM ${table} WHERE id = ?`).get(id) as RecordRow | undefined) ?? null,

    /** Puts one record into the state `after`. The table's name comes from a closed list, the columns from our own rows. */
    apply({ table, id, before, after }: RecordChange): void {
      if (after === null) {
        prepared(`DELETE FROM ${table} WHERE id = ?`).run(id);
        return;
      }
      const columns = Object.keys(after);
      const quoted = columns.map((column) => `"${column}"`);
      const values = columns.map((column) => after[column]);
      if (before === null)
        prepared(`INSERT INTO ${table} (${quoted.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(...values);
      else prepared(`UPDATE ${table} SET ${quoted.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`).run(...values, id);
    },
  };
}

/** Forgets all but the newest steps. */
export function pruneSteps(db: WritableDb, keptSteps: number): void {
  db.prepare('DELETE FROM history WHERE sequence <= (SELECT max(sequence) FROM history) - ?').run(keptSteps);
}
