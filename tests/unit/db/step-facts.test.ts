import { describe, expect, it } from 'vitest';
import { createDatabase } from '#core/base/db/database.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';

type JobRow = readonly [kind: string, state: string, videoId: string | null, result: string | null];

/** A project of the version before, with these finished jobs, as it is opened now. */
function opened(...jobs: readonly JobRow[]) {
  const db = createDatabase(':memory:');
  migrate(db, migrations.slice(0, 4), '');
  const insert = db.prepare(
    `INSERT INTO jobs (id, sequence, kind, title, video_id, actor, params, state, result, created_at_ms, finished_at_ms) VALUES (?, ?, ?, 'A job', ?, 'ann', '{}', ?, ?, 1, 2)`,
  );
  for (const [index, [kind, state, videoId, result]] of jobs.entries()) insert.run(`job-${index}`, index, kind, videoId, state, result);
  for (const migration of migrations.slice(4)) migration.up(db);
  return {
    done: db.prepare('SELECT * FROM steps_done ORDER BY video_id').all(),
    exported: db.prepare('SELECT * FROM exported_sets').all(),
  };
}

describe('a project of an earlier version', () => {
  it('knows which videos were transcribed to the end', () => {
    const transcribed = JSON.stringify({ segments: 0, modelSha256: 'f'.repeat(64) });
    const { done } = opened(
      ['transcribe', 'done', 'silent', transcribed],
      ['transcribe', 'done', 'silent', transcribed],
      ['transcribe', 'done', 'without-model', JSON.stringify({ segments: 0, notes: ['Not transcribed'] })],
      ['transcribe', 'failed', 'failed', transcribed],
      ['transcribe', 'done', 'damaged', '{"modelSha256'],
      ['transcribe', 'done', null, transcribed],
      ['caption', 'done', 'captioned', transcribed],
    );
    expect(done).toEqual([{ video_id: 'silent', step: 'transcribe', done_at_ms: 2 }]);
  });

  it('knows what was exported', () => {
    const { exported } = opened(
      [
        'export',
        'done',
        null,
        JSON.stringify({ folder: '/x/llava-1', files: ['llava.json', 'manifest.json'], counts: {}, leftOutCount: 0 }),
      ],
      ['export', 'done', null, JSON.stringify({ folder: 7, files: 'all' })],
      ['export', 'done', null, null],
    );
    expect(exported).toEqual([
      { job_id: 'job-0', folder: '/x/llava-1', files: '["llava.json","manifest.json"]', archive: null, created_at_ms: 2, kind: 'export' },
    ]);
  });
});
