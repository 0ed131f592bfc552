import path from 'node:path';
import { expect, it } from 'vitest';
import type { Events } from '#shared/contract/events.ts';
import { plain } from '#shared/words/words.ts';
import { startTestCore } from '../../helpers/test-core.ts';

const VIDEOS = 4_000;

it('a project of thousands of videos whose files are gone is open at once, and what is found of them is said in few words', async () => {
  const { core, dataDir } = startTestCore();
  await core.services.projects.createIn(dataDir, 'Many');
  const folder = path.join(dataDir, 'Many.shotluck');
  core.services.history.record({ actor: 'ann', label: plain('Added'), videoId: null }, (writable) => {
    const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${VIDEOS})`;
    writable.exec(`${numbers} INSERT INTO videos (id, name, position, created_at_ms) SELECT 'v' || i, i || '.mp4', i, 0 FROM n`);
    writable.exec(`${numbers} INSERT INTO video_files (video_id, path, state) SELECT 'v' || i, '/nowhere/' || i || '.mp4', 'ok' FROM n`);
  });
  await core.services.projects.close();

  const said: Events['changed'][] = [];
  core.events.onAny((name, payload) => {
    const change = payload as Events['changed'];
    if (name === 'changed' && change.table === 'videos') said.push(change);
  });
  await core.services.projects.openFolder(folder);
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const missing = (): number => core.services.videos.list().filter(({ state }) => state === 'missing').length;
  // The project is open before all of them were looked at.
  expect(missing()).toBeLessThan(VIDEOS);
  await expect.poll(missing, { timeout: 20_000, interval: 50 }).toBe(VIDEOS);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(3);
  await expect.poll(() => said.at(-1)).toEqual({ table: 'videos', videoId: null });
  expect(said.length).toBeLessThan(200);
});
