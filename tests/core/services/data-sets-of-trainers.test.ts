import { readFileSync } from 'node:fs';
import path from 'node:path';
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
  const rows = await first.exported('llava', 'llava.json', { requireClips: false });
  // Of a shot as it came, of the whole video as its shots are joined.
  for (const said of ['saying: hello. .', 'saying: hello..']) expect(rows).toContain(said);

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
      speech: ['hello. '],
      summary: 'A walk.',
    },
    { name: 'swim.mp4', state: 'missing', shots: [[0, 9, 'A fish swims.']], speech: [], summary: 'A swim.' },
  ]);
  expect(await second.exported('llava', 'llava.json', { requireClips: false })).toBe(rows);
});

it('a pickle with split info gives shots without texts, which a detector would have to find else; one that is more than data changes nothing', async () => {
  const project = await dataSetProject();
  await project.makeVideos({ 'media/LEwayCpIk20.78.mp4': 110 });
  const pickle = (name: string): Buffer => readFileSync(path.join(import.meta.dirname, '../../fixtures/pickles', name));
  const choice = { format: 'shot2story-side', name: '20k_split_info.pkl', media: 'media' };
  const refused = await project.importSet({ ...choice, content: pickle('ordered-dict.pkl') });
  expect(refused).toMatchObject({
    state: 'failed',
    error: { message: expect.stringMatching(/it names “collections\.OrderedDict”.*Nothing was changed\./u) },
  });
  expect(project.content()).toEqual([]);

  const job = await project.importSet({ ...choice, content: pickle('python-3.11-protocol-4.pkl') });
  expect(project.result(job)).toMatchObject({ records: 2, videos: 2, shots: 4, texts: 0, missingFiles: 1, refusedRecords: 0 });
  expect(project.content()).toMatchObject([
    {
      name: 'LEwayCpIk20.78.mp4',
      state: 'ok',
      shots: [
        [0, 39, ''],
        [40, 109, ''],
      ],
    },
    {
      name: 'é-1.mp4',
      state: 'missing',
      shots: [
        [0, 300, ''],
        [301, 70_000, ''],
      ],
    },
  ]);
});

it('meta gives videos with their files, to be cut by a detector', async () => {
  const project = await dataSetProject();
  await project.makeVideos({ 'media/a.1.mp4': 25 });
  const content = "clip_id,categories,duration,youtube_id\na.1,['Music'],\"['00:00:01.000', '00:00:02.000']\",a\n";
  const job = await project.importSet({ format: 'shot2story-side', name: '20k_meta.csv', media: 'media', content });
  expect(project.result(job)).toMatchObject({ videos: 1, shots: 0, missingFiles: 0, refusedRecords: 0 });
  expect(project.content()).toMatchObject([{ name: 'a.1.mp4', state: 'ok', shots: [] }]);
});

it('scenes of Vript come in as the files that they are, with their captions as summaries', async () => {
  const project = await dataSetProject();
  await project.makeVideos({ 'media/abc/abc-Scene-001.mp4': 10 });
  const scene = (id: string) => ({ clip_id: id, caption: { content: `Seen in ${id}.`, shot_type: 'Wide.' }, voiceover: ['Hi.'] });
  const content = JSON.stringify({
    meta: { video_id: 'abc' },
    data: { one: scene('abc-Scene-001'), two: scene('abc-Scene-002'), three: {} },
  });
  const job = await project.importSet({ format: 'vript', media: 'media', content });
  expect(project.result(job)).toMatchObject({ records: 3, videos: 2, shots: 0, texts: 2, missingFiles: 1, refusedRecords: 1 });
  expect(project.content()).toMatchObject([
    { name: 'abc-Scene-001.mp4', state: 'ok', shots: [], summary: 'Seen in abc-Scene-001.' },
    { name: 'abc-Scene-002.mp4', state: 'missing', shots: [], summary: 'Seen in abc-Scene-002.' },
  ]);
});

it('scenes of Vript with cut times cut their video, whose frames are counted in its file', async () => {
  const { importSet, makeVideos, content, result, preview } = await dataSetProject();
  await makeVideos({ 'media/abc.mp4': 50 });
  const scene = (number: number, start: number, end: number) => ({
    clip_id: `abc-Scene-00${number}`,
    start,
    end,
    caption: { content: `Scene ${number}.` },
  });
  const set = { format: 'vript', content: JSON.stringify({ clips: [scene(1, 0, 1.2), scene(2, 1.2, 2)] }), media: 'media' };
  expect(await preview(set)).toMatchObject({ videos: 1, shots: 2, missingFiles: 0, refusedRecords: 0 });
  expect(result(await importSet(set))).toMatchObject({ videos: 1, shots: 2, refusedRecords: 0, notes: [] });
  expect(content()).toMatchObject([
    {
      name: 'abc.mp4',
      shots: [
        [0, 29, 'Scene 1.'],
        [30, 49, 'Scene 2.'],
      ],
    },
  ]);
  expect(await preview({ format: set.format, content: set.content })).toMatchObject({ videos: 0, refusedRecords: 2 });
});
