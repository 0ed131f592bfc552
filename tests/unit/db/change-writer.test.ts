import { describe, expect, it } from 'vitest';
import { createDatabase, inTransaction, type WritableDb } from '#core/base/db/database.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { applyChanges } from '#core/project/history/change-writer.ts';
import type { RecordChange, RecordRow } from '#shared/domain/record-change.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

/** Current texts of as many shots, and how each would become that of the next one, whose place it can take only once that is free. */
function chainOf(db: WritableDb, count: number): RecordChange[] {
  db.exec(`INSERT INTO videos (id, name, position, created_at_ms) VALUES ('v', 'a.mp4', 0, 0)`);
  const columns = 'id, video_id, shot_id, kind, text, origin, actor, status, is_current, links, created_at_ms';
  const add = db.prepare(`INSERT INTO revisions (${columns}) VALUES (?, 'v', ?, 'visual', 'x', 'human', 'Ann', 'draft', 1, '[]', 0)`);
  return Array.from({ length: count }, (_, index) => {
    add.run(`r${index}`, `s${index}`);
    const row = (place: number): RecordRow => ({ id: `r${index}`, shot_id: `s${place}` });
    return { table: 'revisions', id: `r${index}`, before: row(index), after: row(index + 1) };
  });
}

function applied(count: number, order: (changes: RecordChange[]) => RecordChange[]): string[] {
  const db = createDatabase(':memory:');
  migrate(db, migrations, '');
  db.pragma('foreign_keys = OFF');
  const changes = order(chainOf(db, count));
  inTransaction(db, () => applyChanges(db, changes));
  return db
    .prepare<[], { shot_id: string }>('SELECT shot_id FROM revisions ORDER BY row_key')
    .all()
    .map((row) => row.shot_id);
}

describe('a step of history', () => {
  it('puts records where others make room for them', () => {
    expect(applied(5, (changes) => changes)).toEqual(['s1', 's2', 's3', 's4', 's5']);
    expect(applied(300, (changes) => changes.toReversed())).toHaveLength(300);
  });

  it('fails at once, rather than after hours, where thousands wait for each other', async () => {
    await expectWithin({ allMs: 1_500 }, () => expect(() => applied(1_200, (changes) => changes)).toThrow(/UNIQUE/u));
  });
});
