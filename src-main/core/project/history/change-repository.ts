import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { type ReadableDb, sqliteCode, type WritableDb } from '#core/base/db/database.ts';
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

/**
 * Adds changes to a step, which keeps one for each record: how it was before the step, and how the step left it. A text that is typed for
 * minutes is one change, whatever lay between.
 */
export function addChanges(db: WritableDb, sequence: number, changes: readonly RecordChange[]): void {
  const ofStep = db.prepare<[number], { next: number }>(
    'SELECT ifnull(max(ordinal) + 1, 0) AS next FROM history_changes WHERE history_sequence = ?',
  );
  const ofRecord = db.prepare<[string, string, number], { ordinal: number | null }>(
    'SELECT min(ordinal) AS ordinal FROM history_changes WHERE table_name = ? AND record_id = ? AND history_sequence = ?',
  );
  const insert = db.prepare(
    'INSERT INTO history_changes (history_sequence, ordinal, table_name, record_id, before, after) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const setAfter = db.prepare('UPDATE history_changes SET after = ? WHERE history_sequence = ? AND ordinal = ?');
  // Older studios kept every state that a record went through.
  const forgetLater = db.prepare(
    'DELETE FROM history_changes WHERE table_name = ? AND record_id = ? AND history_sequence = ? AND ordinal > ?',
  );
  // What the step itself added and took away again.
  const forgetNothing = db.prepare(
    'DELETE FROM history_changes WHERE history_sequence = ? AND ordinal = ? AND before IS NULL AND after IS NULL',
  );
  const toJson = (row: RecordRow | null): string | null => (row === null ? null : JSON.stringify(row));
  let next = ofStep.get(sequence)?.next ?? 0;
  let added = 0;
  for (const { table, id, before, after } of changes) {
    const ordinal = ofRecord.get(table, id, sequence)?.ordinal ?? null;
    if (ordinal === null) added += insert.run(sequence, next++, table, id, toJson(before), toJson(after)).changes;
    else {
      setAfter.run(toJson(after), sequence, ordinal);
      added -= forgetLater.run(table, id, sequence, ordinal).changes + forgetNothing.run(sequence, ordinal).changes;
    }
  }
  db.prepare('UPDATE history SET change_count = change_count + ? WHERE sequence = ?').run(added, sequence);
}

const ChangeRow = z.object({
  table_name: HistoryTable,
  record_id: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

/** One change for each record, in the order in which the step first touched them. */
export function changesOf(db: ReadableDb, sequence: number): RecordChange[] {
  const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  // Steps of older studios hold every state that a record went through, some of them thousands: what lies between is not even read.
  return db
    .prepare(
      `SELECT table_name, record_id, before, (
         SELECT after FROM history_changes AS later
         WHERE later.table_name = first.table_name AND later.record_id = first.record_id AND later.history_sequence = first.history_sequence
         ORDER BY ordinal DESC LIMIT 1
       ) AS after
       FROM history_changes AS first
       WHERE history_sequence = ? AND NOT EXISTS (
         SELECT 1 FROM history_changes AS earlier
         WHERE earlier.table_name = first.table_name AND earlier.record_id = first.record_id
           AND earlier.history_sequence = first.history_sequence AND earlier.ordinal < first.ordinal
       )
       ORDER BY ordinal`,
    )
    .all(sequence)
    .map((found) => {
      const row = ChangeRow.parse(found);
      return RecordChange.parse({ table: row.table_name, id: row.record_id, before: fromJson(row.before), after: fromJson(row.after) });
    })
    .filter(({ before, after }) => before !== null || after !== null);
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

  /** Puts one record into the state `after`. The table's name comes from a closed list, the columns from our own rows. */
  function apply({ table, id, before, after }: RecordChange): void {
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
  }

  /** False while another record has the place that this one takes, as that of the current text. */
  function applyIfFree(change: RecordChange): boolean {
    try {
      apply(change);
      return true;
    } catch (error) {
      if (sqliteCode(error) === 'SQLITE_CONSTRAINT') return false;
      throw error;
    }
  }

  return {
    currentRow: (table: HistoryTable, id: string): RecordRow | null =>
      (prepared(`SELECT * FROM ${table} WHERE id = ?`).get(id) as RecordRow | undefined) ?? null,

    /** Puts records into their states `after`, each once the place that it takes is free. */
    applyAll(changes: readonly RecordChange[]): void {
      let waiting = changes;
      while (waiting.length > 0) {
        const held = waiting.filter((change) => !applyIfFree(change));
        // What no other one makes room for fails with its reason.
        if (held.length === waiting.length) held.forEach(apply);
        waiting = held;
      }
    },
  };
}

/** Forgets all but the newest steps. */
export function pruneSteps(db: WritableDb, keptSteps: number): void {
  db.prepare('DELETE FROM history WHERE sequence <= (SELECT max(sequence) FROM history) - ?').run(keptSteps);
}
