import { describe, expect, it } from 'vitest';
import { removalParts } from '#core/project/videos/removal-parts.ts';
import { addMeasuredVideo, startWithVideo } from '../../helpers/test-core.ts';

/** Stands for the video of the project in rows that are written before there is one. */
const OWN_VIDEO = 'own-video';

/** A project whose history holds a step of Mallory's that somebody else wrote, after one that she took here. */
async function withStep(changes: readonly { readonly table: string; readonly id: string; readonly row: object }[]) {
  const test = await startWithVideo();
  const { videoId } = test;
  const { api } = test.as('Mallory');
  await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A dog.' });
  const { db } = test.core.services.projects.access.session();
  const { lastInsertRowid } = db
    .prepare(`INSERT INTO history (id, actor, label, change_count, created_at_ms) VALUES ('theirs', 'Mallory', 'Took them out', ?, 0)`)
    .run(changes.length);
  const add = db.prepare('INSERT INTO history_changes VALUES (?, ?, ?, ?, ?, NULL)');
  for (const [ordinal, { table, id, row }] of changes.entries())
    add.run(lastInsertRowid, ordinal, table, id, JSON.stringify(row).replace(OWN_VIDEO, videoId));
  return { ...test, api, db, step: lastInsertRowid };
}

const video = (changed: object): object => ({
  id: 'v2',
  name: 'b.mp4',
  position: 9,
  split: null,
  shot2story: null,
  created_at_ms: 0,
  ...changed,
});
/** A version that nobody chose, so that it is in nobody's way. */
const revision = (changed: object): object => ({
  row_key: 900,
  id: 'r2',
  video_id: OWN_VIDEO,
  shot_id: null,
  kind: 'summary',
  text: 'A dog.',
  origin: 'human',
  actor: 'Mallory',
  provenance: null,
  job_id: null,
  parent_id: null,
  status: 'draft',
  is_current: 0,
  stale_reason: null,
  mean_log_prob: null,
  links: '[]',
  created_at_ms: 0,
  ...changed,
});
const aShot = (id: string, videoId: string, from: number, to: number) => ({
  table: 'shots',
  id,
  row: {
    id,
    video_id: videoId,
    start_frame: from,
    end_frame: to,
    transition_kind: 'cut',
    transition_start_frame: 0,
    transition_end_frame: 0,
    origin: 'human',
    confidence: null,
    locked: 0,
  },
});

describe('undo of a step that somebody else wrote', () => {
  it.each([
    ['an odd id', 'videos', 'odd id !', video({ id: 'odd id !' })],
    ['another id than it says', 'videos', 'v2', video({ id: 'v3' })],
    ['a name of megabytes', 'videos', 'v2', video({ name: 'n'.repeat(1_100_000) })],
    ['a number that none counts to', 'videos', 'v2', video({ position: 9_007_199_254_740_991 })],
    ['a place before the first', 'videos', 'v2', video({ position: -1 })],
    ['a name that no file has', 'videos', 'v2', video({ name: 'n'.repeat(800) })],
    ['an odd id of a job', 'revisions', 'r2', revision({ job_id: 'a\0b' })],
    ['more than certainty', 'revisions', 'r2', revision({ mean_log_prob: 0.5 })],
    ['an origin of another kind', 'revisions', 'r2', revision({ origin: 'model', provenance: '{"format":"x","file":"y"}' })],
    ['no origin where one belongs', 'revisions', 'r2', revision({ provenance: '[]' })],
    ['fields nested without end', 'videos', 'v2', video({ shot2story: '{"a":'.repeat(100_000) })],
    ['a column that there is not', 'videos', 'v2', video({ theirs: 1 })],
    ['a table that has no history', 'seals', 'x', { id: 'x', seal: 'x' }],
    ['no row at all', 'videos', 'v2', [1, 2]],
  ])('is refused by name when it would bring %s, and the next undo goes on', async (_, table, id, row) => {
    const { api, videoId } = await withStep([{ table, id, row }]);
    await expect(api.history.undo({})).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/"Took them out" cannot be undone or redone.*Nothing was changed/),
    });
    expect((await api.videos.list({})).videos.map((each) => each.id)).toEqual([videoId]);
    expect(await api.history.undo({})).toMatchObject({ state: 'undone' });
    expect(await api.texts.current({ videoId })).toEqual([]);
  });

  it('is refused when it would bring shots that overlap', async () => {
    const { api, db, step, videoId } = await withStep([]);
    const before = await api.shots.list({ videoId });
    const add = db.prepare('INSERT INTO history_changes VALUES (?, ?, ?, ?, ?, NULL)');
    for (const [ordinal, { table, id, row }] of [aShot('a', videoId, 50, 120), aShot('b', videoId, 60, 130)].entries())
      add.run(step, ordinal, table, id, JSON.stringify(row));
    await expect(api.history.undo({})).rejects.toMatchObject({ code: 'conflict' });
    expect(await api.shots.list({ videoId })).toEqual(before);
  });

  it('is refused before it is read when it changes more than can be taken back', async () => {
    const { api, db, step, videoId } = await withStep([]);
    db.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300001) INSERT INTO history_changes SELECT ?, i, 'shots', 's' || i, NULL, NULL FROM n`,
    ).run(step);
    await expect(api.history.undo({})).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('more records at once'),
    });
    expect(await api.history.undo({})).toMatchObject({ state: 'undone' });
    expect(await api.texts.current({ videoId })).toEqual([]);
  });
});

describe('taking out very many videos', () => {
  it('is as many steps as can each be taken back in a moment; no video is divided', async () => {
    const test = await startWithVideo();
    const videoIds = [test.videoId];
    for (const name of ['b.mp4', 'c.mp4', 'd.mp4']) videoIds.push(await addMeasuredVideo(test, name));
    const { db } = test.core.services.projects.access.session();
    // Each is a video with one shot.
    expect(removalParts(db, videoIds, 4)).toEqual([videoIds.slice(0, 2), videoIds.slice(2)]);
    expect(removalParts(db, videoIds, 1)).toEqual(videoIds.map((id) => [id]));
    expect(removalParts(db, videoIds)).toEqual([videoIds]);
  });
});
