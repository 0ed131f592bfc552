import { describe, expect, it } from 'vitest';
import { createDatabase, type WritableDb } from '#core/base/db/database.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { type HistoryBounds, requireUsableRows } from '#core/project/folder/usable-rows.ts';

const numbers = (count: number): string => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${count})`;
const shot = (id: string, video: string, from: number, to: number): string =>
  `INSERT INTO shots (id, video_id, start_frame, end_frame, transition_kind, transition_start_frame, transition_end_frame, origin, locked) VALUES ('${id}', '${video}', ${from}, ${to}, 'cut', 0, 0, 'human', 0);`;
const step = (changes: string): string => `
  INSERT INTO history (sequence, id, actor, label, created_at_ms) VALUES (7, 'h', 'Mallory', 'x', 0);
  ${numbers(5)} INSERT INTO history_changes SELECT 7, i, 'shots', 's' || i, NULL, ${changes} FROM n`;

/** Two videos, and what somebody else wrote besides. */
function projectWith(sql: string): WritableDb {
  const db = createDatabase(':memory:');
  migrate(db, migrations, '');
  db.pragma('foreign_keys = OFF');
  db.exec(`INSERT INTO videos (id, name, position, created_at_ms) VALUES ('v1', 'a.mp4', 0, 0), ('v2', 'b.mp4', 1, 0); ${sql}`);
  return db;
}

describe('rows that somebody else wrote', () => {
  it.each([
    ['shots that overlap', shot('a', 'v1', 0, 60) + shot('b', 'v1', 59, 90), /“shots”.*overlap/],
    ['shots of the same frames', shot('a', 'v1', 0, 60) + shot('b', 'v1', 0, 60), /“shots”.*overlap/],
    ['one shot within another', shot('a', 'v1', 0, 90) + shot('b', 'v1', 10, 20), /“shots”.*overlap/],
    [
      'a transition before the video',
      shot('a', 'v1', 0, 60) + 'UPDATE shots SET transition_start_frame = -1',
      /“shots”.*transition_start_frame/,
    ],
    ['a certainty beyond all', shot('a', 'v1', 0, 60) + 'UPDATE shots SET confidence = 2', /“shots”.*confidence/],
    [
      'more jobs than a queue holds',
      `${numbers(120_001)} INSERT INTO jobs (id, sequence, kind, title, actor, params, state, created_at_ms) SELECT 'j' || i, i, 'caption', 'x', 'x', '{}', 'queued', 0 FROM n`,
      /“jobs”.*120,001 records/,
    ],
    [
      'more videos than a project has room for',
      `${numbers(150_000)} INSERT INTO videos (id, name, position, created_at_ms) SELECT 'w' || i, 'x', i, 0 FROM n`,
      /“videos”.*150,002 records/,
    ],
    [
      'a step of history with an odd id',
      `INSERT INTO history (id, actor, label, created_at_ms) VALUES ('a b', 'x', 'x', 0)`,
      /“history”.*an id/,
    ],
    [
      'a step of a video with an odd id',
      `INSERT INTO history (id, actor, label, video_id, created_at_ms) VALUES ('a', 'x', 'x', '/', 0)`,
      /“history”.*an id/,
    ],
    [
      'a label of a book',
      `INSERT INTO history (id, actor, label, created_at_ms) VALUES ('a', 'x', printf('%.*c', 70000, 'x'), 0)`,
      /“history”/,
    ],
    ['a place in the list from which nobody can count on', `UPDATE videos SET position = 9007199254740991 WHERE id = 'v2'`, /“videos”/],
    [
      'a name for files that no disk takes',
      `INSERT INTO file_bases VALUES ('v1', printf('%.*c', 800, 'x'))`,
      /“file_bases”.*longer than any of the studio’s/,
    ],
  ])('are refused: %s', (_, sql, said) => {
    expect(() => requireUsableRows(projectWith(sql))).toThrow(said);
  });

  it('may be shots that follow each other, with gaps or without, and those of another video', () => {
    const sql = shot('a', 'v1', 0, 60) + shot('b', 'v1', 60, 90) + shot('c', 'v1', 200, 210) + shot('d', 'v2', 0, 300);
    expect(() => requireUsableRows(projectWith(sql))).not.toThrow();
  });

  it('are refused when a step of history changes more than any studio does in one, or all of them do', () => {
    const bounds: HistoryBounds = { changesOfStep: 5, bytesOfStep: 500, changes: 5 };
    const small = step(`printf('%.*c', 100, 'x')`);
    expect(() => requireUsableRows(projectWith(small), bounds)).not.toThrow();
    expect(() => requireUsableRows(projectWith(small), { ...bounds, changesOfStep: 4 })).toThrow(/one step of history.*5 records/);
    expect(() => requireUsableRows(projectWith(small), { ...bounds, bytesOfStep: 499 })).toThrow(/one step of history.*MB of text/);
    expect(() => requireUsableRows(projectWith(small), { ...bounds, changes: 4 })).toThrow(/“history_changes”.*5 records/);
  });
});
