import Database from 'better-sqlite3';
import path from 'node:path';
import { expect, it } from 'vitest';
import { requireRoomForProbe } from '#core/project/room.ts';
import { changeDatabase, openHere, projectFromElsewhere } from '../../helpers/project-from-elsewhere.ts';
import { addMeasuredVideo, makeProbe, startTestCore } from '../../helpers/test-core.ts';

const TRACK = { streamIndex: 1, codec: 'aac', channels: 2, sampleRateHz: 48_000, language: 'eng', title: 'Voice', isReadable: true };
/** As an earlier studio kept it: two million characters, each of which takes six in JSON. */
const ENDLESS = { ...TRACK, title: `Narrator${'\u0001'.repeat(2_000_000)}` };

function lengthOfProbe(folder: string): number {
  const db = new Database(path.join(folder, 'project.db'), { readonly: true });
  try {
    return Number(db.prepare('SELECT max(octet_length(probe)) FROM video_files').pluck().get());
  } finally {
    db.close();
  }
}

it('a project whose videos have titles of megabytes is opened, listed, and has short ones from then on', async () => {
  const { folder } = await projectFromElsewhere((stranger) =>
    changeDatabase(stranger.folder, `UPDATE video_files SET probe = json_set(probe, '$.audioTracks', json(?))`, JSON.stringify([ENDLESS])),
  );
  expect(lengthOfProbe(folder)).toBeGreaterThan(10e6);
  const { core } = await openHere(folder);
  expect(core.services.videos.list()[0]?.probe?.audioTracks[0]?.title).toMatch(/^Narrator…$/u);
  expect(lengthOfProbe(folder)).toBeLessThan(128 * 1024);
  await core.services.projects.openFolder(folder);
  expect(core.services.videos.list()).toHaveLength(1);
});

it('what a project that may only be read has of such titles is cut when it is shown', async () => {
  const { folder } = await projectFromElsewhere((stranger) =>
    changeDatabase(stranger.folder, `UPDATE video_files SET probe = json_set(probe, '$.audioTracks', json(?))`, JSON.stringify([ENDLESS])),
  );
  const { core } = startTestCore();
  await core.services.projects.openFolder(folder, { readOnly: true });
  expect(core.services.videos.list()[0]?.probe?.audioTracks).toEqual([{ ...TRACK, title: 'Narrator…' }]);
  expect(lengthOfProbe(folder)).toBeGreaterThan(10e6);
});

it('what is measured is kept short, and there is an end for all videos together', async () => {
  const test = startTestCore();
  await test.core.services.projects.create('Titles');
  const { videos, projects } = test.core.services;
  const videoId = await addMeasuredVideo(test);
  videos.setProbe(videoId, makeProbe(100, { audioTracks: [ENDLESS], notes: Array<string>(500).fill('x'.repeat(10_000)) }), null);
  expect(JSON.stringify(videos.get(videoId).probe).length).toBeLessThan(16_000);
  const db = projects.access.session().db;
  expect(() => requireRoomForProbe(db, 10_000, 2 * 1024 ** 2)).not.toThrow();
  expect(() => requireRoomForProbe(db, 2 * 1024 ** 2, 2 * 1024 ** 2)).toThrow(/limit of 2 MB/u);
  expect(() => requireRoomForProbe(db, 1000, 1)).not.toThrow();
});
