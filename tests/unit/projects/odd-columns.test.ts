import { describe, expect, it } from 'vitest';
import { createDatabase, type WritableDb } from '#core/base/db/database.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { requireUsableRows } from '#core/project/folder/usable-rows.ts';
import { nominalProbe } from '#shared/domain/video.ts';
import { ONE_OF_EACH } from '../../helpers/one-of-each.ts';

const A_VIDEO = `
  INSERT INTO videos (id, name, position, created_at_ms) VALUES ('v', 'a.mp4', 0, 0);
  INSERT INTO video_files (video_id, state, probe) VALUES ('v', 'pending', '${JSON.stringify(nominalProbe(100))}');
  INSERT INTO shots (id, video_id, start_frame, end_frame, transition_kind, transition_start_frame, transition_end_frame, origin, locked)
    VALUES ('s', 'v', 0, 100, 'cut', 0, 0, 'start', 0);
  INSERT INTO history (id, actor, label, created_at_ms) VALUES ('h', 'x', 'x', 0);`;

/** A project with one row in each table, where nothing keeps to what its tables ask for. */
function project(): WritableDb {
  const db = createDatabase(':memory:');
  migrate(db, migrations, '');
  db.exec(`PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; ${A_VIDEO} ${ONE_OF_EACH}`);
  return db;
}

const LONG = `printf('%.*c', 8193, 'x')`;
const WITH_NUL = `'a' || char(0) || 'b'`;
const OTHER_SHAPES = ['no JSON', '', 'null', '7', '[7]', '{}'];
/** Of each column that a list sends: what the contract has no place for, as SQL. */
const ODD: Readonly<Record<string, readonly string[]>> = {
  'videos.id': [WITH_NUL, `'a b'`, `''`],
  'videos.name': [`printf('%.*c', 766, 'x')`],
  'videos.position': ['-1'],
  'videos.split': [`'other'`],
  'videos.shot2story': [...OTHER_SHAPES, '[]'].map((json) => `'${json}'`),
  'video_files.state': [`'other'`],
  'video_files.state_reason': [LONG],
  'video_files.probe': [...OTHER_SHAPES, '[]']
    .map((json) => `'${json}'`)
    .concat(`json_set(probe, '$.x', json('${'['.repeat(101)}${']'.repeat(101)}'))`),
  'shots.id': [WITH_NUL],
  'shots.start_frame': ['-1'],
  'shots.end_frame': ['-1'],
  'shots.transition_kind': [`'other'`],
  'shots.transition_start_frame': ['-1'],
  'shots.transition_end_frame': ['-1'],
  'shots.origin': [`'other'`],
  'shots.confidence': ['-0.1', '1.1'],
  'revisions.id': [WITH_NUL],
  'revisions.shot_id': [WITH_NUL],
  'revisions.job_id': [WITH_NUL, `'a b'`],
  'revisions.parent_id': [WITH_NUL, `''`],
  'revisions.kind': [`'other'`],
  'revisions.origin': [`'other'`, `'model'`],
  'revisions.status': [`'other'`],
  'revisions.actor': [LONG],
  'revisions.stale_reason': [LONG],
  'revisions.mean_log_prob': ['0.1'],
  'revisions.provenance': [...OTHER_SHAPES, '[]'].map((json) => `'${json}'`),
  'revisions.links': OTHER_SHAPES.map((json) => `'${json}'`),
  'transcript_segments.id': [WITH_NUL],
  'transcript_segments.start_us': ['-1'],
  'transcript_segments.end_us': ['-1'],
  'transcript_segments.origin': [`'other'`],
  'transcript_segments.language': [LONG],
  'transcript_segments.words': OTHER_SHAPES.map((json) => `'${json}'`),
  'screen_texts.frame': ['-1'],
  'screen_texts.first_frame': ['-1'],
  'screen_texts.last_frame': ['-1'],
  'screen_texts.confidence': ['1.1'],
  'screen_texts.box': [...OTHER_SHAPES, '[]'].map((json) => `'${json}'`),
  'screen_frames.frame': ['-1'],
  'screen_frames.background_detail': ['-0.1'],
  'detection_runs.id': [WITH_NUL],
  'detection_runs.options': [...OTHER_SHAPES, '[]', '{"minShotUs":-1}'].map((json) => `'${json}'`),
  'detection_runs.detector': [LONG],
  'detection_runs.threshold': ['-0.1', '1.1'],
  'detection_runs.frame_count': ['0', '-1'],
  'detection_runs.duration_ms': ['-1'],
  'run_thresholds.threshold': ['1.1'],
  'source_records.format': [LONG],
  'source_records.record': ['zeroblob(40000000)'],
  'jobs.id': [WITH_NUL],
  'jobs.sequence': ['-1'],
  'jobs.title': [LONG],
  'jobs.actor': [LONG],
  'jobs.stage': [LONG],
  'jobs.error': [`printf('%.*c', 65537, 'x')`],
  'history.id': [WITH_NUL],
  'history.video_id': [WITH_NUL],
  'history.actor': [LONG],
  'history.label': [LONG],
  'history.change_count': ['-1'],
};

/** As whoever writes the bytes of a file can: the tables ask for nothing meanwhile, and say afterwards what they always said. */
function withoutSchema(db: WritableDb, change: () => void): void {
  const ofStrict = `type = 'table' AND sql LIKE '%) STRICT'`;
  const tables = db.prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE ${ofStrict}`).all();
  db.unsafeMode(true);
  db.exec(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(rtrim(sql, 'STRICT'), ' NOT NULL', '') WHERE ${ofStrict};
    PRAGMA writable_schema = RESET`);
  change();
  db.pragma('writable_schema = ON');
  const restore = db.prepare('UPDATE sqlite_schema SET sql = ? WHERE name = ?');
  for (const { name, sql } of tables) restore.run(sql, name);
  db.pragma('writable_schema = RESET');
}

describe('a row that a list could not show', () => {
  it('is none that the studio writes', () => {
    expect(() => requireUsableRows(project())).not.toThrow();
  });

  it.each(Object.entries(ODD))('has its project refused, and its table named: %s', (place, values) => {
    const [table = '', column = ''] = place.split('.');
    for (const value of values) {
      const db = project();
      expect(db.prepare(`UPDATE ${table} SET ${column} = ${value}`).run().changes).toBe(1);
      expect(() => requireUsableRows(db), value).toThrow(new RegExp(`“${table}”`));
    }
  });

  it('may be one that a table would not take, for its file may have been written without it', () => {
    for (const change of [
      `videos SET name = x'00'`,
      `shots SET id = NULL`,
      `shots SET start_frame = 'first'`,
      `detection_runs SET threshold = 'high'`,
    ]) {
      const db = project();
      withoutSchema(db, () => db.exec(`UPDATE ${change}`));
      expect(() => requireUsableRows(db), change).toThrow(new RegExp(`“${change.split(' ')[0]}”`));
    }
  });
});
