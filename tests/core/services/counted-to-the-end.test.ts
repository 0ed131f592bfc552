import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from '#shared/contract/errors.ts';
import { changeDatabase, openHere, projectFromElsewhere } from '../../helpers/project-from-elsewhere.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

const END = 2 ** 52;

it.each([
  ['the places of its videos', `UPDATE videos SET position = ${END}`],
  ['the steps of its history', `UPDATE sqlite_sequence SET seq = ${END} WHERE name = 'history'`],
  [
    'its texts',
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'revisions', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'revisions');
     UPDATE sqlite_sequence SET seq = ${END} WHERE name = 'revisions'`,
  ],
  [
    'its jobs',
    `INSERT INTO jobs (id, sequence, kind, title, actor, params, state, created_at_ms) VALUES ('j', ${END}, 'caption', 'A job', 'somebody', '{}', 'done', 0)`,
  ],
  ['the steps that were undone', `UPDATE history SET undone_order = ${END} WHERE sequence = (SELECT max(sequence) FROM history)`],
])('what is done in a project that counts to the end is refused in words, or can be opened elsewhere still: %s', async (_what, sql) => {
  const { folder, videoId } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, sql));
  const test = await openHere(folder);
  const anna = test.as('anna').api;
  const media = temporaryFolder();
  writeFileSync(path.join(media, 'new.mp4'), 'no video');
  const { grantId } = await test.core.files.grantPath(media);
  const kept: string[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'unsupported') return false;
      throw error;
    }
  };
  if (await attempt(() => anna.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'Hours of work.' }))) kept.push('Hours of work.');
  await attempt(() => anna.shots.split({ videoId, frame: 50 }));
  await attempt(() => anna.history.undo({}));
  await attempt(() => anna.history.redo({}));
  const isAdded = await attempt(() => anna.videos.add({ grantIds: [grantId] }));
  await attempt(() => anna.jobs.enqueue({ requests: [{ kind: 'export', formatId: 'shot2story', options: {} }] }));
  await test.core.services.jobs.idle();
  if (isAdded) {
    const added = (await anna.videos.list({})).videos.find(({ name }) => name === 'new.mp4');
    if (added === undefined) throw new Error('the added video expected');
    // Away and back again: nothing of it is lost by that.
    await anna.videos.remove({ videoIds: [added.id] });
    await anna.history.undo({});
  }
  const names = (await anna.videos.list({})).videos.map(({ name }) => name);
  await test.core.close();

  const elsewhere = (await openHere(folder)).as('bert').api;
  expect((await elsewhere.videos.list({})).videos.map(({ name }) => name)).toEqual(names);
  expect((await elsewhere.texts.current({ videoId })).map(({ text }) => text)).toEqual(kept);
});
