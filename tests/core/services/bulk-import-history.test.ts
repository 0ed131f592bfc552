import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startTestCore } from '../../helpers/test-core.ts';

const records = Array.from({ length: 30 }, (_, index) => ({
  video: `v${index}.mp4`,
  video_names: [`v${index}_0_9.mp4`, `v${index}_10_19.mp4`],
  captions: [`A dog, number ${index}.`, 'It barks.'],
  ASR: ['hello', ''],
  whole_caption: 'Dogs.',
}));

/** A project with a data set that ann imported, and what is in its tables. */
async function imported() {
  const test = startTestCore();
  const { projects, jobs, videos, history } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const file = path.join(test.dataDir, 'set.json');
  writeFileSync(file, JSON.stringify(records));
  const { grantId } = await test.core.files.grantPath(file);
  jobs.enqueue([{ kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} }], false, 'ann');
  await jobs.idle();
  const { db } = projects.access.session();
  const rows = (): unknown =>
    ['videos', 'shots', 'revisions', 'transcript_segments'].map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY id`).all());
  const historyHolds = (words: string): boolean =>
    db.prepare('SELECT 1 FROM history_changes WHERE instr(after, ?) > 0').get(words) !== undefined;
  const first = () => {
    const [video] = videos.list();
    if (video === undefined) throw new Error('a video expected');
    return video;
  };
  return { ...test, db, videos, history, rows, historyHolds, first };
}

it('what an import adds stands in the project once, and is taken back and done again as it was', async () => {
  const { history, videos, rows, historyHolds } = await imported();
  const asImported = rows();
  expect(historyHolds('A dog, number 7.')).toBe(false);
  history.undo('ann');
  expect(videos.list()).toEqual([]);
  history.redo('ann');
  expect(rows()).toEqual(asImported);
  history.undo('ann');
  expect(videos.list()).toEqual([]);
});

it('an import is not taken back over what somebody else wrote since, and is once that was taken back', async () => {
  const { as, history, videos, first } = await imported();
  const { id: videoId } = first();
  await as('ben').api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'Ben wrote this.' });
  const split = await as('ben').api.shots.list({ videoId });
  expect(split).toHaveLength(2);
  expect(() => history.undo('ann')).toThrow(/since/u);
  expect(videos.list()).toHaveLength(30);
});

it('an import can be taken back where a change in between was taken back before', async () => {
  const { as, history, videos, first } = await imported();
  await as('ben').api.texts.edit({ videoId: first().id, shotId: null, kind: 'summary', text: 'Ben wrote this.' });
  await as('ben').api.history.undo({});
  history.undo('ann');
  expect(videos.list()).toEqual([]);
});

it('a digest of another record, or of none, stands for nothing', async () => {
  for (const forged of [`after = '#5:AAAAAAAAAAAA'`, `after = '#'`, `after = '#999:x'`, `record_id = 'none'`, `table_name = 'jobs'`]) {
    const { db, history, videos } = await imported();
    db.prepare(`UPDATE history_changes SET ${forged} WHERE ordinal = 3`).run();
    expect(() => history.undo('ann'), forged).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(videos.list()).toHaveLength(30);
  }
});
