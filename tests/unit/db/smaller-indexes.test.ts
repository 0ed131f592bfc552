import { expect, it } from 'vitest';
import { createDatabase } from '#core/base/db/database.ts';
import { migrations } from '#core/base/db/migrations/index.ts';

it('texts of a project of an earlier version are found in it as before, and texts that are written from then on', () => {
  const db = createDatabase(':memory:');
  for (const { up } of migrations.slice(0, 8)) up(db);
  db.exec("INSERT INTO videos (id, name, position, created_at_ms) VALUES ('v', 'a.mp4', 0, 0)");
  const insert = db.prepare(
    `INSERT INTO revisions (id, video_id, kind, text, origin, actor, status, is_current, links, created_at_ms)
     VALUES (?, 'v', 'summary', ?, 'human', 'ann', 'draft', ?, '[]', 0)`,
  );
  insert.run('r1', 'an earlier lighthouse', 0);
  insert.run('r2', 'a red kite', 1);
  for (const { up } of migrations.slice(8)) up(db);
  const found = (words: string): number =>
    db.prepare<[string], { count: number }>('SELECT count(*) AS count FROM text_search WHERE text_search MATCH ?').get(words)?.count ?? -1;
  expect([found('"ki"*'), found('lighthouse')]).toEqual([1, 0]);
  db.exec("UPDATE revisions SET text = 'a kitchen' WHERE id = 'r2'");
  expect([found('"kite"'), found('"kitch"*'), found('"ki"*')]).toEqual([0, 1, 1]);
  expect(() => db.exec("INSERT INTO text_search (text_search, rank) VALUES ('integrity-check', 1)")).not.toThrow();
  db.close();
});
