import { expect, it } from 'vitest';
import { dataSetProject } from '../../helpers/data-set-project.ts';

const story = JSON.stringify([
  {
    video: 'walk.mov',
    video_names: ['walk_0_24.mp4', 'walk_25_49.mp4'],
    captions: ['A man walks.', 'A dog runs.'],
    ASR: ['hello. ', ''],
    whole_caption: 'A walk.',
  },
  { video: 'swim.mp4', video_names: ['swim_0_9.mp4'], captions: ['A fish swims.'], whole_caption: 'A swim.' },
]);

it('conversations that were exported come into another project, with their files, and go out as the same rows', async () => {
  const first = await dataSetProject('First');
  await first.importSet({ format: 'shot2story', content: story });
  const rows = await first.exported('llava', 'llava.json');
  expect(rows).toContain('saying: hello..');

  const second = await dataSetProject('Second');
  await second.makeVideos({ 'media/walk.mov': 50 });
  const job = await second.importSet({ format: 'llava', content: rows, media: 'media' });
  expect(second.result(job)).toMatchObject({
    records: 5,
    videos: 2,
    shots: 3,
    texts: 5,
    missingFiles: 1,
    refusedRecords: 0,
    notes: [],
    licenceNote: null,
  });
  expect(second.content()).toEqual([
    {
      name: 'walk.mov',
      state: 'ok',
      shots: [
        [0, 24, 'A man walks.'],
        [25, 49, 'A dog runs.'],
      ],
      speech: ['hello.'],
      summary: 'A walk.',
    },
    { name: 'swim.mp4', state: 'missing', shots: [[0, 9, 'A fish swims.']], speech: [], summary: 'A swim.' },
  ]);
  expect(await second.exported('llava', 'llava.json')).toBe(rows);
});
