import fc from 'fast-check';
import { expect, it } from 'vitest';
import { vriptImporter } from '#core/exchange/formats/importers/vript.ts';
import { AppError } from '#shared/contract/errors.ts';
import { runImport } from '../../helpers/run-import.ts';

const scene = (number: number, changes: object = {}) => ({
  video_id: 'abc',
  clip_id: `abc-Scene-00${number}`,
  video_title: 'A bag',
  caption: { shot_type: 'Medium shot.', camera_movement: 'Static.', content: `A man in scene ${number}.`, scene_title: 'Start' },
  voiceover: ['Hey guys.'],
  ...changes,
});
const ofVideo = {
  meta: { video_id: 'abc', num_clips: 2, integrity: true },
  data: { 'abc-Scene-001': scene(1), 'abc-Scene-002': scene(2, { voiceover: [] }) },
};
const NOTE =
  'the file: the voice-over of 1 scenes says nothing of when it is said; it is kept with the record and is no speech of the video';

it.each([
  ['a file of one video', JSON.stringify(ofVideo)],
  ['clips in a list', JSON.stringify({ clips: [scene(1, { clip_id: 'abc-Scene-001.mp4' }), scene(2, { voiceover: null })] })],
  ['a scene on each line', [scene(1), scene(2, { voiceover: [' '] })].map((one) => JSON.stringify(one)).join('\n')],
])('%s: each scene is a video with its caption as the summary', async (_what, text) => {
  const { videos, notes, refused } = await runImport(vriptImporter, text);
  expect(refused).toEqual([]);
  expect(videos.map(({ name, shots, summary }) => [name, shots, summary])).toEqual([
    ['abc-Scene-001.mp4', [], 'A man in scene 1.'],
    ['abc-Scene-002.mp4', [], 'A man in scene 2.'],
  ]);
  expect(JSON.parse(videos[0]?.source.text ?? '')).toMatchObject({ caption: { scene_title: 'Start' }, voiceover: ['Hey guys.'] });
  expect(notes).toEqual([NOTE]);
});

it('the type of shot and the movement of the camera stand before it on request', async () => {
  const { videos } = await runImport(vriptImporter, JSON.stringify(ofVideo), { options: { caption: 'all', split: 'test' } });
  expect(videos[0]).toMatchObject({ summary: 'Medium shot. Static. A man in scene 1.', split: 'test' });
});

it('a scene that cannot be used is refused with its place, and the others come in', async () => {
  const clips = [
    scene(1),
    scene(2, { caption: undefined }),
    scene(3, { clip_id: '' }),
    'x',
    scene(4, { caption: { content: 7 } }),
    scene(5),
  ];
  const { videos, refused } = await runImport(vriptImporter, JSON.stringify({ clips }));
  expect(videos.map(({ name }) => name)).toEqual(['abc-Scene-001.mp4', 'abc-Scene-005.mp4']);
  expect(refused.map(({ record, reason }) => `${record} ${reason}`)).toEqual([
    '2 caption is missing',
    '3 clip_id is empty',
    '4 it is the text "x", not an object',
    '5 content of caption is 7, not text',
  ]);
});

it('whatever is in a file, it is read, refused by record, or refused by a named error', async () => {
  const anyScene = fc.oneof(
    fc.jsonValue(),
    fc.record({ clip_id: fc.string(), caption: fc.oneof(fc.jsonValue(), fc.record({ content: fc.string() })) }),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(anyScene).map((all) => JSON.stringify(all)),
    fc.dictionary(fc.string(), anyScene).map((data) => JSON.stringify({ data })),
  );
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      await runImport(vriptImporter, content).catch((error: unknown) => {
        if (!(error instanceof AppError && error.code === 'invalid-input')) throw error;
      });
    }),
  );
});

const PAL = { rate: { num: 25, den: 1 }, frameCount: 150 };
const timed = (number: number, times: object, changes: object = {}) => scene(number, { ...times, ...changes });

it.each([
  ['seconds', { start: 0, end: 1.6 }, { start: 1.6, end: 6 }],
  ['time codes', { start_time: '00:00:00.000', end_time: '00:00:01.600' }, { start_time: '0:01.6', end_time: '00:00:06' }],
  ['lengths', { start: '0', duration: 1.6 }, { start: 1.6, duration: '4.4' }],
])('scenes with cut times in %s are shots of their video, with caption and voice-over', async (_what, first, second) => {
  const clips = [timed(1, first), timed(2, second, { caption: null, voiceover: ['So', ' long.'] })];
  const { videos, refused, notes } = await runImport(vriptImporter, JSON.stringify({ clips }), { sources: ['abc.mov'], clock: PAL });
  expect([refused, notes]).toEqual([[], []]);
  expect(videos.map(({ name, summary }) => [name, summary])).toEqual([['abc.mov', '']]);
  expect(videos[0]?.shots.map(({ startFrame, endFrame, visual, speech }) => [startFrame, endFrame, visual, speech])).toEqual([
    [0, 40, 'A man in scene 1.', 'Hey guys.'],
    [40, 150, '', 'So long.'],
  ]);
  expect(JSON.parse(videos[0]?.source.text ?? '')).toMatchObject(clips);
});

it('cut times without the video, or that are none, are refused with their place; scenes without times come in as before', async () => {
  const clips = [
    timed(1, { start: 0, end: 1 }, { video_id: 'gone' }),
    timed(2, { start: 3, end: 2 }),
    timed(3, { start: 'soon', end: 2 }),
    timed(4, { start: 0, end: 1 }, { video_id: undefined, clip_id: 'x.mp4' }),
    scene(5),
    timed(6, { start: 0, end: 0.001 }),
    timed(7, { start: 0, end: 2 }),
  ];
  const { videos, refused } = await runImport(vriptImporter, JSON.stringify({ clips }), { sources: ['abc.mp4'], clock: PAL });
  expect(videos.map(({ name, shots }) => [name, shots.length])).toEqual([
    ['abc-Scene-005.mp4', 0],
    ['abc.mp4', 1],
  ]);
  expect(refused.map(({ record, reason }) => `${record} ${reason}`)).toEqual([
    '1 its cut times are in seconds, and “gone.mp4”, whose frames they mean, was not found: import with the folder of the videos',
    '2 its scene lasts from 3 to 2 seconds',
    '3 its start is no time in seconds, nor hours, minutes and seconds',
    '4 it has cut times, and neither video_id nor a clip_id of the form <video>-Scene-001 says of which video',
    '6 its scene is shorter than a frame of its video',
  ]);
});
