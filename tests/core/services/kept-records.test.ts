import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importedSet } from '../../helpers/imported-set.ts';

describe('a record that is kept in a project from elsewhere', () => {
  const text = '[{"video": "w.mp4", "video_names": ["w_2_9.mp4"], "captions": ["A dog."], "n": 1.0}]';
  const packed = (json: string): Buffer => deflateSync(json);
  it.each([
    ['cannot be unpacked', Buffer.from('nonsense')],
    ['is no text', deflateSync(Buffer.from([0xff, 0xfe]))],
    ['unpacks to more than there is memory for', deflateSync(Buffer.alloc(80 * 1024 ** 2))],
    ['is no JSON', packed('{"video"')],
    ['is no record', packed('7')],
    ['has no rows', packed('[]')],
    ['has rows of another shape', packed('[{"video": "w_0_9.mp4"}, 7]')],
    [
      'nests without end',
      packed(`{"video": "w.mp4", "x": ${'['.repeat(100_000)}${']'.repeat(100_000)}, "video_names": [], "captions": []}`),
    ],
    ['has two shots in one place', packed('{"video": "w.mp4", "video_names": ["w_0_9.mp4", "w_0_9.mp4"], "captions": ["", ""]}')],
  ])('and %s is left alone, which is reported, and the video is written from the project', async (_what, record) => {
    const { core, exported } = await importedSet(text);
    core.services.projects.access.session().db.prepare('UPDATE source_records SET record = ?').run(record);
    const { text: back, reasons } = await exported();
    expect(JSON.parse(back)).toMatchObject([{ video: 'w.mp4', video_names: ['w_0_9.mp4'], captions: ['A dog.'] }]);
    expect(reasons).toEqual([
      'what was kept of the file that it was imported from cannot be read, so its record is written anew',
      'no summary',
    ]);
  });

  it('and is of another video is told from what the project says', async () => {
    const { core, exported } = await importedSet(text);
    const other = '{"video": "x.mp4", "video_names": ["x_0_3.mp4", "x_4_9.mp4"], "captions": ["A cat.", "A cow."], "ASR": ["hi", "ho"]}';
    core.services.projects.access.session().db.prepare('UPDATE source_records SET record = ?').run(packed(other));
    expect(JSON.parse((await exported()).text)).toMatchObject([{ video_names: ['x_0_9.mp4'], captions: ['A dog.'], ASR: [''] }]);
  });
});

it('a record that takes more room than a project has for it is refused by name, and the others are imported', async () => {
  const ofChance = randomBytes(28_000_000).toString('base64');
  const { job, videos } = await importedSet(
    `[{"video": "vast.mp4", "video_names": [], "captions": [], "x": "${ofChance}"}, {"video": "w.mp4", "video_names": ["w_5_9.mp4"], "captions": ["A dog."]}]`,
  );
  expect(videos.list().map(({ name }) => name)).toEqual(['w.mp4']);
  expect(job?.result).toMatchObject({
    refused: [{ where: 'record 1, vast.mp4', reason: expect.stringContaining('larger than 24 MB even when compressed') }],
  });
});
