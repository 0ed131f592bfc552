import { describe, expect, it } from 'vitest';
import { createDatabase, type WritableDb } from '#core/base/db/database.ts';
import { migrate } from '#core/base/db/migrate.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { listRuns } from '#core/project/detection/detection-repository.ts';
import {
  appliedGroup,
  changesOf,
  hasGroup,
  lastApplied,
  lastUndone,
  listSteps,
  stepThatAdded,
  wasAsLeft,
} from '#core/project/history/change-repository.ts';
import { listScreenFrames, listScreenTexts } from '#core/project/screen-text/screen-text-service.ts';
import { listShots, shotsByVideo } from '#core/project/shots/shot-repository.ts';
import { refuseHiding } from '#core/project/history/hidden-texts.ts';
import {
  currentRevision,
  currentTexts,
  markShotsStale,
  markSummaryStale,
  plainTextsByVideo,
  revisionsOf,
  revisionsOfShots,
} from '#core/project/texts/revision-repository.ts';
import { listSegments, segmentsByVideo } from '#core/project/transcripts/transcripts-service.ts';
import { sourceRecordsOf } from '#core/project/videos/source-records.ts';
import { listTheseVideos, videosBehind } from '#core/project/videos/listed-videos.ts';
import { findByFile, getVideos, packedFrameTimes } from '#core/project/videos/video-repository.ts';
import { ShotId, VideoId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';

const videoId = VideoId.parse('v1');
const shotId = ShotId.parse('s1');
const caption = { videoId, shotId, kind: 'visual' } as const;

function projectInMemory(): WritableDb {
  const db = createDatabase(':memory:');
  migrate(db, migrations, '');
  return db;
}

/** What the planner says to every statement that `work` prepares. */
function plansOf(db: WritableDb, work: (db: WritableDb) => void): string[] {
  const plans: string[] = [];
  const watched = new Proxy(db, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (property !== 'prepare') return typeof value === 'function' ? value.bind(target) : value;
      return (sql: string) => {
        const steps = target.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\?|@\w+/gu, "'x'")}`).all();
        plans.push(...steps.map(({ detail }) => detail));
        return target.prepare(sql);
      };
    },
  });
  work(watched);
  return plans;
}

describe('hot queries', () => {
  const queries: readonly [string, (db: WritableDb) => void][] = [
    ['shots of a video', (db) => listShots(db, videoId)],
    ['current texts of a video', (db) => currentTexts(db, videoId)],
    ['shots of many videos', (db) => shotsByVideo(db, [videoId])],
    ['current texts of many videos', (db) => plainTextsByVideo(db, [videoId])],
    ['many videos', (db) => getVideos(db, [videoId])],
    ['many videos of the list', (db) => listTheseVideos(db, [videoId])],
    ['the next videos of the list', (db) => videosBehind(db, { position: 1, id: videoId }, 10)],
    ['records of many videos', (db) => sourceRecordsOf(db, [videoId])],
    ['speech of many videos', (db) => segmentsByVideo(db, [videoId])],
    ['revisions of a text', (db) => revisionsOf(db, caption)],
    ['revisions of shots', (db) => revisionsOfShots(db, [shotId])],
    ['the current revision of a text', (db) => currentRevision(db, caption)],
    ['marking a shot’s texts stale', (db) => markShotsStale(db, [shotId], plain('moved'))],
    ['marking a summary stale', (db) => markSummaryStale(db, videoId, plain('moved'))],
    ['speech of a video', (db) => listSegments(db, videoId)],
    ['text on the screen of a video', (db) => listScreenTexts(db, videoId)],
    ['frames of a video that were read', (db) => listScreenFrames(db, videoId)],
    ['detection runs of a video', (db) => listRuns(db, videoId)],
    ['a file that may be there already', (db) => findByFile(db, '/videos/a.mp4', 'print')],
    ['frame times of a video', (db) => packedFrameTimes(db, videoId)],
    ['the step that undo takes', (db) => lastApplied(db, 'ann')],
    ['the step that redo takes', (db) => lastUndone(db, 'ann')],
    ['a job’s step', (db) => appliedGroup(db, 'ann', 'job:1')],
    ['whether what a job did is there', (db) => hasGroup(db, 'ann', 'job:1')],
    ['the step that added a video', (db) => stepThatAdded(db, videoId)],
    [
      'texts that a step would hide',
      (db) =>
        refuseHiding(db, [
          { table: 'revisions', id: '', before: { video_id: videoId, kind: 'visual', shot_id: shotId, is_current: 1 }, after: null },
        ]),
    ],
    ['changes of a step', (db) => changesOf(db, 1)],
    ['the newest steps', (db) => listSteps(db, 100)],
  ];

  it.each(queries)('%s: found by an index', (what, query) => {
    const db = projectInMemory();
    const plans = plansOf(db, query);
    expect(plans.length).toBeGreaterThan(0);
    // The newest steps are read along the primary key, which SQLite calls a scan; it ends at the limit.
    // A list of ids is gone through, and so are the newest history and the names of the tables.
    const isMeant = (step: string): boolean =>
      step.startsWith('SCAN json_each') || step === 'SCAN sqlite_schema' || (what === 'the newest steps' && step === 'SCAN history');
    const scans = plans.filter((step) => step.startsWith('SCAN') && !isMeant(step));
    expect(scans).toEqual([]);
    db.close();
  });
});

it('what a step left of a record is found by that record, however many others the step has', () => {
  const db = projectInMemory();
  const plans = plansOf(db, (watched) => wasAsLeft(watched, 1, [{ table: 'shots', id: shotId, before: null, after: null }]));
  expect(plans).toContainEqual(expect.stringContaining('record_id=?'));
  db.close();
});

describe('text search', () => {
  function withText(text: string): { db: WritableDb; found: (word: string) => number } {
    const db = projectInMemory();
    db.exec("INSERT INTO videos (id, name, position, created_at_ms) VALUES ('v1', 'a.mp4', 0, 0)");
    const insert = db.prepare(
      `INSERT INTO revisions (id, video_id, kind, text, origin, actor, status, is_current, links, created_at_ms)
       VALUES (?, 'v1', 'summary', ?, 'human', 'ann', 'draft', ?, '[]', 0)`,
    );
    insert.run('r0', 'an earlier candidate', 0);
    insert.run('r1', text, 1);
    const search = db.prepare<[string], { count: number }>('SELECT count(*) AS count FROM text_search WHERE text_search MATCH ?');
    return { db, found: (word) => search.get(word)?.count ?? 0 };
  }

  it('knows current texts only', () => {
    const { db, found } = withText('a red kite');
    expect([found('kite'), found('candidate')]).toEqual([1, 0]);
    db.exec("UPDATE revisions SET is_current = 0 WHERE id = 'r1'; UPDATE revisions SET is_current = 1 WHERE id = 'r0'");
    expect([found('kite'), found('candidate')]).toEqual([0, 1]);
    db.exec("UPDATE revisions SET text = 'a blue boat' WHERE id = 'r0'");
    expect([found('boat'), found('candidate')]).toEqual([1, 0]);
    db.exec("DELETE FROM revisions WHERE id = 'r0'");
    expect(found('boat')).toBe(0);
  });

  it('still finds the right rows after VACUUM and after rows were put back', () => {
    const { db, found } = withText('a red kite');
    db.exec("DELETE FROM revisions WHERE id = 'r0'");
    db.exec('VACUUM');
    expect(found('kite')).toBe(1);
    const [row] = db.prepare<[], { row_key: number }>("SELECT row_key FROM revisions WHERE id = 'r1'").all();
    db.exec('CREATE TEMP TABLE kept AS SELECT * FROM revisions; DELETE FROM revisions; INSERT INTO revisions SELECT * FROM kept');
    expect(db.prepare("SELECT row_key FROM revisions WHERE id = 'r1'").get()).toEqual(row);
    expect(found('kite')).toBe(1);
    expect(() => db.exec("INSERT INTO text_search (text_search, rank) VALUES ('integrity-check', 1)")).not.toThrow();
  });
});

describe('the schema', () => {
  it('lets no text have two current revisions', () => {
    const db = projectInMemory();
    db.exec("INSERT INTO videos (id, name, position, created_at_ms) VALUES ('v1', 'a.mp4', 0, 0)");
    const insert = db.prepare(
      `INSERT INTO revisions (id, video_id, kind, text, origin, actor, status, is_current, links, created_at_ms)
       VALUES (?, 'v1', 'summary', '', 'human', 'ann', 'draft', 1, '[]', 0)`,
    );
    insert.run('r1');
    expect(() => insert.run('r2')).toThrow(/UNIQUE/);
  });

  it('lets no video vanish under its shots', () => {
    const db = projectInMemory();
    db.exec("INSERT INTO videos (id, name, position, created_at_ms) VALUES ('v1', 'a.mp4', 0, 0)");
    db.exec("INSERT INTO shots VALUES ('s1', 'v1', 0, 10, 'cut', 0, 0, 'start', NULL, 0)");
    expect(() => db.exec("DELETE FROM videos WHERE id = 'v1'")).toThrow(/FOREIGN KEY/);
  });
});
