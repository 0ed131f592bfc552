import { MAX_NUMBER, requireCountable } from '#core/base/db/counting.ts';
import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import { sameRow } from '#core/base/db/change-capture.ts';
import { insertRows, piecesOf } from '#core/base/db/many-rows.ts';
import { assert } from '#shared/assert.ts';
import { ChangeId, type VideoId } from '#shared/domain/ids.ts';
import { HistoryEntry, HistoryTable, type RecordChange, type RecordRow } from '#shared/domain/record-change.ts';
import { parseJson } from '#shared/parse-json.ts';
import { readStoredWords, storedWords, type Words } from '#shared/words/words.ts';
import { isPacked, isPackedOf } from './packed-adds.ts';
import { oddStep, requireBounded, STEP_LIMITS, UnusableStep } from './usable-step.ts';

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
  requireCountable(Number(lastInsertRowid));
  return Number(lastInsertRowid);
}

export function listSteps(db: ReadableDb, limit: number): HistoryEntry[] {
  const rows = db
    .prepare<[number, number], StepRow>('SELECT * FROM history WHERE undone_order IS NOT ? ORDER BY sequence DESC LIMIT ?')
    .all(THROWN_AWAY, limit);
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

/** Whether what an actor's steps with this key did is in the project: one of them, at least, was not taken back. */
export function hasGroup(db: ReadableDb, actor: string, groupKey: string): boolean {
  return (
    db.prepare('SELECT 1 FROM history WHERE actor = ? AND group_key = ? AND undone_order IS NULL LIMIT 1').get(actor, groupKey) !==
    undefined
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

/** Whether a step took videos out of the project, which owners alone may do. */
export function removesVideos(db: ReadableDb, sequence: number): boolean {
  return (
    db
      .prepare(
        "SELECT 1 FROM history_changes WHERE history_sequence = ? AND table_name = 'videos' AND before IS NOT NULL AND after IS NULL LIMIT 1",
      )
      .get(sequence) !== undefined
  );
}

export function markUndone(db: WritableDb, sequence: number): void {
  const order = db
    .prepare<[number], number>(
      'UPDATE history SET undone_order = (SELECT ifnull(max(undone_order), 0) + 1 FROM history) WHERE sequence = ? RETURNING undone_order',
    )
    .pluck()
    .get(sequence);
  assert(order !== undefined, `history step ${sequence} to undo`);
  // Only their order counts: undoing must always be possible.
  if (order > MAX_NUMBER)
    db.exec(`UPDATE history SET undone_order = ordered.place FROM
      (SELECT sequence, row_number() OVER (ORDER BY undone_order) AS place FROM history WHERE undone_order > 0) AS ordered
      WHERE history.sequence = ordered.sequence`);
  touch(db, sequence);
}

export function markApplied(db: WritableDb, sequence: number): void {
  const { changes } = db.prepare('UPDATE history SET undone_order = NULL WHERE sequence = ?').run(sequence);
  assert(changes === 1, `history step ${sequence} to redo`);
  touch(db, sequence);
}

/** Says that something was done to a step just now: its number becomes the last one (`lastStep`). */
export function touch(db: WritableDb, sequence: number): void {
  db.prepare("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'history'").run();
  db.prepare("UPDATE history SET touched_at = (SELECT seq FROM sqlite_sequence WHERE name = 'history') WHERE sequence = ?").run(sequence);
}

export function markSuperseded(db: WritableDb, sequence: number): void {
  db.prepare('UPDATE history SET is_superseded = 1 WHERE sequence = ?').run(sequence);
}

/** Steps with this key that the actor took back stay so for good. */
export function supersedeUndone(db: WritableDb, actor: string, groupKey: string): void {
  db.prepare('UPDATE history SET is_superseded = 1 WHERE actor = ? AND group_key = ? AND undone_order IS NOT NULL').run(actor, groupKey);
}

/** Of a step that was taken back and can be done again no more: kept for jobs that wait (`later-edits.ts`), and shown to nobody. */
const THROWN_AWAY = 0;

/** What these tables held counts for jobs that waited. Steps of several videos never do, and may be as large as a data set. */
const COUNTS_LATER = `video_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM history_changes WHERE history_sequence = history.sequence AND table_name IN ('shots', 'transcript_segments'))`;

/** There is nothing to do again for this person from now on. */
export function throwAwayUndone(db: WritableDb, actor: string): void {
  db.prepare(`DELETE FROM history WHERE actor = ? AND undone_order > 0 AND NOT (${COUNTS_LATER})`).run(actor);
  db.prepare('UPDATE history SET undone_order = ? WHERE actor = ? AND undone_order > 0').run(THROWN_AWAY, actor);
}

/**
 * Adds changes to a step, which keeps one for each record: how it was before the step, and how the step left it. A text that is typed for
 * minutes is one change, whatever lay between.
 */
export function addChanges(db: WritableDb, sequence: number, changes: readonly RecordChange[]): void {
  const ofStep = db.prepare<[number], { next: number }>(
    'SELECT ifnull(max(ordinal) + 1, 0) AS next FROM history_changes WHERE history_sequence = ?',
  );
  const next = ofStep.get(sequence)?.next ?? 0;
  const merged = onePerRecord(changes);
  const there = next === 0 ? new Map<string, number>() : ordinalsOf(db, sequence, merged);
  const added = merged.filter((change) => !there.has(keyOf(change)) && (change.before !== null || change.after !== null));
  let ordinal = next;
  for (const piece of piecesOf(added)) {
    const rows = piece.map(({ table, id, before, after }) => [sequence, ordinal++, table, id, toJson(before), toJson(after)]);
    insertRows(db, 'history_changes', ['history_sequence', 'ordinal', 'table_name', 'record_id', 'before', 'after'], rows);
  }
  let forgotten = 0;
  for (const change of merged) {
    const at = there.get(keyOf(change));
    if (at !== undefined) forgotten += setAfter(db, { sequence, ordinal: at }, change);
  }
  db.prepare('UPDATE history SET change_count = change_count + ? WHERE sequence = ?').run(added.length - forgotten, sequence);
}

/** Whether each of these records was still as the step left it: only then does going on with the step take back nobody else's changes with it. */
export function wasAsLeft(db: ReadableDb, sequence: number, changes: readonly RecordChange[]): boolean {
  // The plus keeps SQLite from reading the whole step to find them in order, for each record that a job of thousands adds to it.
  const find = db.prepare<[string, number, string], { id: string; after: string | null }>(
    `SELECT record_id AS id, after FROM history_changes
     WHERE table_name = ? AND +history_sequence = ? AND record_id IN (SELECT value FROM json_each(?)) ORDER BY ordinal`,
  );
  for (const [table, ofTable] of Map.groupBy(onePerRecord(changes), (change) => change.table)) {
    const found = find.all(table, sequence, JSON.stringify(ofTable.map(({ id }) => id)));
    // Steps of older studios hold several states of a record, of which the last counts.
    const left = new Map(found.map(({ id, after }) => [id, after]));
    for (const { id, before } of ofTable) {
      const after = left.get(id);
      if (after !== undefined && !holds(after, before)) return false;
    }
  }
  return true;
}

function holds(json: string | null, row: RecordRow | null): boolean {
  if (isPacked(json)) return isPackedOf(json, row);
  try {
    return sameRow(rowFrom(json), row);
  } catch (error) {
    // History of a project from elsewhere may hold anything: nothing goes on with that.
    if (error instanceof UnusableStep) return false;
    throw error;
  }
}

/** In the order in which they were first touched. */
function onePerRecord(changes: readonly RecordChange[]): RecordChange[] {
  const byRecord = new Map<string, RecordChange>();
  for (const change of changes) {
    const key = keyOf(change);
    const earlier = byRecord.get(key);
    byRecord.set(key, earlier === undefined ? change : { ...earlier, after: change.after });
  }
  return [...byRecord.values()];
}

function keyOf({ table, id }: RecordChange): string {
  return `${table} ${id}`;
}

/** Where a step has these records already. */
function ordinalsOf(db: ReadableDb, sequence: number, changes: readonly RecordChange[]): Map<string, number> {
  // The plus as in `wasAsLeft`.
  const find = db.prepare<[string, number, string], { id: string; ordinal: number }>(
    `SELECT record_id AS id, min(ordinal) AS ordinal FROM history_changes
     WHERE table_name = ? AND +history_sequence = ? AND record_id IN (SELECT value FROM json_each(?)) GROUP BY record_id`,
  );
  const ordinals = new Map<string, number>();
  for (const [table, ofTable] of Map.groupBy(changes, (change) => change.table))
    for (const { id, ordinal } of find.all(table, sequence, JSON.stringify(ofTable.map((change) => change.id))))
      ordinals.set(`${table} ${id}`, ordinal);
  return ordinals;
}

/** Returns how many changes went: those of older studios, which kept every state that a record went through, and one that came to nothing. */
function setAfter(db: WritableDb, at: { readonly sequence: number; readonly ordinal: number }, { table, id, after }: RecordChange): number {
  db.prepare('UPDATE history_changes SET after = ? WHERE history_sequence = ? AND ordinal = ?').run(toJson(after), at.sequence, at.ordinal);
  const forgetLater = db.prepare(
    'DELETE FROM history_changes WHERE table_name = ? AND record_id = ? AND history_sequence = ? AND ordinal > ?',
  );
  const forgetNothing = db.prepare(
    'DELETE FROM history_changes WHERE history_sequence = ? AND ordinal = ? AND before IS NULL AND after IS NULL',
  );
  return forgetLater.run(table, id, at.sequence, at.ordinal).changes + forgetNothing.run(at.sequence, at.ordinal).changes;
}

function toJson(row: RecordRow | null): string | null {
  return row === null ? null : JSON.stringify(row);
}

interface ChangeRow {
  readonly table_name: string;
  readonly record_id: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * There may be a hundred thousand of them, too many for a schema.
 * @throws UnusableStep
 */
function rowFrom(json: string | null): RecordRow | null {
  const row: unknown = json === null ? null : parseJson(json);
  if (row === null) return null;
  const isCell = (cell: unknown): boolean => cell === null || typeof cell === 'string' || typeof cell === 'number';
  if (typeof row !== 'object' || Array.isArray(row) || !Object.values(row).every(isCell)) throw oddStep('a row of history');
  return row as RecordRow;
}

function tableFrom(name: string): HistoryTable {
  const table = HistoryTable.safeParse(name);
  if (!table.success) throw oddStep('a table of history');
  return table.data;
}

const CHANGES = 'SELECT table_name, record_id, before, after FROM history_changes WHERE history_sequence = ? ORDER BY ordinal';

/** Steps of older studios hold every state that a record went through, some of them thousands: what lies between is not even read. */
const ENDS_OF_CHANGES = `
  SELECT table_name, record_id, before, (
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
  ORDER BY ordinal`;

/**
 * One change for each record, in the order in which the step first touched them.
 * @throws UnusableStep for more than can be taken at once, and for what history does not hold as it is written
 */
export function changesOf(db: ReadableDb, sequence: number, limits = STEP_LIMITS): RecordChange[] {
  requireBounded(db, sequence, limits);
  const holdsStates = db
    .prepare('SELECT 1 FROM history_changes WHERE history_sequence = ? GROUP BY table_name, record_id HAVING count(*) > 1 LIMIT 1')
    .get(sequence);
  return db
    .prepare<[number], ChangeRow>(holdsStates === undefined ? CHANGES : ENDS_OF_CHANGES)
    .all(sequence)
    .map((row) => ({
      table: tableFrom(row.table_name),
      id: row.record_id,
      before: rowFrom(row.before),
      after: rowFrom(row.after),
    }))
    .filter(({ before, after }) => before !== null || after !== null);
}

/**
 * Forgets all but the newest steps of each person: however much one does, the others can still take back what they did. Those that nobody can do again go as soon as
 * no job may ask for them.
 */
export function pruneSteps(db: WritableDb, keptSteps: number): void {
  db.prepare("DELETE FROM history WHERE undone_order = ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE state <> 'done')").run(THROWN_AWAY);
  db.prepare(
    `DELETE FROM history WHERE sequence IN (
       SELECT sequence FROM (SELECT sequence, row_number() OVER (PARTITION BY actor, undone_order IS 0 ORDER BY sequence DESC) AS place FROM history) WHERE place > ?)`,
  ).run(keptSteps);
}
